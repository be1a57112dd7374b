// node:perf_hooks

/** Marks and measures, in the order they were made. */
let entries = [];
const origin = Date.now() - native.now();

class PerformanceEntry {
  constructor(name, entryType, startTime, duration, detail) {
    Object.assign(this, { name, entryType, startTime, duration, detail });
  }
}

function keep(entry) {
  entries.push(entry);
  return entry;
}

/** A moment: a number, or the name of the last mark that has it. */
function moment(given, otherwise) {
  if (given === undefined) return otherwise;
  if (typeof given === "number") return given;
  const mark = entries.findLast(({ name, entryType }) => name === given && entryType === "mark");
  if (mark === undefined) throw new DOMException(`The "${given}" performance mark has not been set`, "SyntaxError");
  return mark.startTime;
}

const performance = {
  timeOrigin: origin,
  now: () => native.now(),
  mark: (name, { startTime = native.now(), detail = null } = {}) => keep(new PerformanceEntry(name, "mark", startTime, 0, detail)),
  measure(name, options = {}, endMark = undefined) {
    const { start, end, detail = null } = typeof options === "string" ? { start: options, end: endMark } : options;
    const from = moment(start, 0);
    return keep(new PerformanceEntry(name, "measure", from, moment(end, native.now()) - from, detail));
  },
  getEntries: () => [...entries],
  getEntriesByName: (name, type) => entries.filter((entry) => entry.name === name && (type === undefined || entry.entryType === type)),
  getEntriesByType: (type) => entries.filter(({ entryType }) => entryType === type),
  clearMarks(name) {
    entries = entries.filter((entry) => entry.entryType !== "mark" || (name !== undefined && entry.name !== name));
  },
  clearMeasures(name) {
    entries = entries.filter((entry) => entry.entryType !== "measure" || (name !== undefined && entry.name !== name));
  },
  timerify: (call) => call,
  eventLoopUtilization: () => ({ idle: 0, active: 0, utilization: 0 }),
  toJSON: () => ({ timeOrigin: origin }),
};

Object.assign(exports, { performance, PerformanceEntry });
