// Reads a calendar as Mozilla's programs do and says what is in it: one line of JSON for each occurrence.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) {
  ICAL.TimezoneService.register(new ICAL.Timezone(zone));
}
for (const component of calendar.getAllSubcomponents("vevent")) {
  const event = new ICAL.Event(component);
  const [start, end] = [event.startDate, event.endDate];
  console.log(JSON.stringify({
    uid: event.uid,
    title: event.summary,
    sequence: event.sequence,
    status: component.getFirstPropertyValue("status"),
    start: start.isDate ? start.toString() : start.toUnixTime(),
    end: end.isDate ? end.toString() : end.toUnixTime(),
    changes: event.recurrenceId && (event.recurrenceId.isDate ? event.recurrenceId.toString() : event.recurrenceId.toUnixTime()),
  }));
}
