// Passes a passkey's question on to the browser, and the browser's answer back in the form.
const form = document.querySelector("form[data-passkey]");

function bytes(text) {
  const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(raw, (sign) => sign.charCodeAt(0));
}

function text(buffer) {
  const raw = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function question() {
  const asked = JSON.parse(form.dataset.options);
  asked.challenge = bytes(asked.challenge);
  if (asked.user) asked.user.id = bytes(asked.user.id);
  for (const known of [...(asked.excludeCredentials ?? []), ...(asked.allowCredentials ?? [])]) known.id = bytes(known.id);
  return { publicKey: asked };
}

function answer(credential) {
  const given = credential.response;
  const response = { clientDataJSON: text(given.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (given[part]) response[part] = text(given[part]);
  }
  if (given.getTransports) response.transports = given.getTransports();
  const extensions = JSON.stringify(credential.getClientExtensionResults());
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response, extensions };
}

navigator.credentials[form.dataset.passkey](question())
  .then((credential) => {
    form.elements.credential.value = JSON.stringify(answer(credential));
    form.requestSubmit();
  })
  .catch(() => { form.querySelector("[role=alert]").hidden = false; });
