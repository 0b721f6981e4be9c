"""What a page shows that nobody drew: words cut off or sticking out, and controls that the browser painted."""

from playwright.sync_api import Page

FAULTS = """() => {
  const found = [];
  const tell = (fault, one) => found.push(`${fault}: ${one.outerHTML.replace(/\\s+/g, " ").slice(0, 140)}`);
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push("scrolls sideways");
  const isHidden = (one) => !one.checkVisibility({visibilityProperty: true}) ||
    Math.max(one.offsetWidth, one.offsetHeight) === 1 ||
    one.closest(".visually-hidden, .only-narrow.visually-hidden, .skip, svg, option, .chart") !== null;
  const scrolls = (one) => one.closest(".scroll, .strip, pre, textarea") !== null;
  for (const one of document.body.querySelectorAll("*")) {
    if (isHidden(one)) continue;
    const style = getComputedStyle(one);
    if (one.matches("button, select, textarea, input:not([type=checkbox], [type=radio], [type=range], [type=file])")) {
      const isBare = /outset|inset/.test(style.borderStyle) || style.fontSize === "13.3333px";
      if (isBare && style.opacity !== "0") tell("painted by the browser", one);
    }
    const words = [...one.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
    if (!words.length) continue;
    const isTooLarge = one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 3;
    if (isTooLarge && !/visible|auto|scroll/.test(style.overflowX)) tell("cut off", one);
    if (scrolls(one)) continue;
    const range = document.createRange();
    for (const node of words) {
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) {
        if (box.width < 2) continue;
        if (box.left < -1 || box.right > root.clientWidth + 1) { tell("off the screen", one); break; }
        let frame = one;
        while (frame && getComputedStyle(frame).display === "inline") frame = frame.parentElement;
        const edge = frame.getBoundingClientRect();
        if (box.right > edge.right + 2 || box.left < edge.left - 2) { tell("sticks out", frame); break; }
      }
    }
  }
  return [...new Set(found)];
}"""


def faults(page: Page) -> list[str]:
    """Name what on a page is cut off, sticks out or was left to the browser."""
    return list(page.evaluate(FAULTS))
