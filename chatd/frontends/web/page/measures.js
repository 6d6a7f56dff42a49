/** Numbers and times for people. Pure, but for the zone and the language of the browser. */

/** A number of bytes, in powers of 1024. */
export function sized(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const units = ["KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(units.length, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(1)} ${units[power - 1]}`;
}

/** `1 line`, `2 lines`. */
export function counted(number, noun, nouns = `${noun}s`) {
  return `${number} ${number === 1 ? noun : nouns}`;
}

/** A length of time: seconds for two minutes, then minutes, then hours. */
export function lasting(seconds) {
  if (seconds < 120) return counted(seconds, "second");
  return seconds < 7200 ? counted(Math.round(seconds / 60), "minute") : counted(Math.round(seconds / 3600), "hour");
}

/** A point in time; what is not known is told so. */
export function moment(at) {
  if (!at) return "at some time";
  return new Date(at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}

/** A time of day. */
export function clock(at) {
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

const parts = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });

/** A time of day where there is little room: without its half of the day, which the one before it tells. */
export function brief(at) {
  const kept = parts.formatToParts(new Date(at)).filter((part) => part.type !== "dayPeriod");
  return kept.map((part) => part.value).join("").trim();
}

/** A day, and whether it is today. */
export function day(at, now = Date.now()) {
  const date = new Date(at);
  if (date.toDateString() === new Date(now).toDateString()) return "Today";
  return date.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}
