// Event, EventTarget, AbortController.

const { coded } = require("internal/errors");

class Event {
  #stopped = false;
  #prevented = false;

  constructor(type, { bubbles = false, cancelable = false, composed = false } = {}) {
    this.type = String(type);
    this.bubbles = bubbles;
    this.cancelable = cancelable;
    this.composed = composed;
    this.timeStamp = native.now();
    this.target = null;
    this.currentTarget = null;
  }

  get defaultPrevented() {
    return this.#prevented;
  }

  preventDefault() {
    if (this.cancelable) this.#prevented = true;
  }

  stopPropagation() {}

  stopImmediatePropagation() {
    this.#stopped = true;
  }

  /** Whether later listeners are not to be called. */
  static isStopped(event) {
    return event.#stopped;
  }
}
const { isStopped } = Event;
delete Event.isStopped;

class CustomEvent extends Event {
  constructor(type, options = {}) {
    super(type, options);
    this.detail = options.detail ?? null;
  }
}

class EventTarget {
  #listeners = new Map();

  addEventListener(type, callback, options = {}) {
    if (callback == null) return;
    const { once = false, signal, capture = options === true } = options;
    if (signal?.aborted) return;
    const listeners = this.#listeners.get(`${type}`) ?? [];
    if (listeners.some((one) => one.callback === callback && one.capture === capture)) return;
    listeners.push({ callback, once, capture });
    this.#listeners.set(`${type}`, listeners);
    signal?.addEventListener("abort", () => this.removeEventListener(type, callback, options), { once: true });
  }

  removeEventListener(type, callback, options = {}) {
    const { capture = options === true } = options;
    const listeners = this.#listeners.get(`${type}`) ?? [];
    this.#listeners.set(`${type}`, listeners.filter((one) => one.callback !== callback || one.capture !== capture));
  }

  dispatchEvent(event) {
    if (!(event instanceof Event)) {
      throw coded(TypeError, "ERR_INVALID_ARG_TYPE", 'The "event" argument must be an instance of Event.');
    }
    event.target = this;
    event.currentTarget = this;
    const property = this[`on${event.type}`];
    const listeners = [...(this.#listeners.get(event.type) ?? [])];
    if (typeof property === "function") listeners.unshift({ callback: property });
    for (const { callback, once, capture } of listeners) {
      if (once) this.removeEventListener(event.type, callback, { capture });
      try {
        if (typeof callback === "function") callback.call(this, event);
        else callback.handleEvent(event);
      } catch (error) {
        process.nextTick(() => {
          throw error;
        });
      }
      if (isStopped(event)) break;
    }
    event.currentTarget = null;
    return !event.defaultPrevented;
  }
}

/** Only this module makes signals. */
const OURS = Symbol("ours");

class AbortSignal extends EventTarget {
  #reason;
  #aborted = false;
  onabort = null;

  constructor(key) {
    super();
    if (key !== OURS) throw coded(TypeError, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
  }

  get aborted() {
    return this.#aborted;
  }

  get reason() {
    return this.#reason;
  }

  throwIfAborted() {
    if (this.#aborted) throw this.#reason;
  }

  static raise(signal, reason = new DOMException("This operation was aborted", "AbortError")) {
    if (signal.#aborted) return;
    signal.#aborted = true;
    signal.#reason = reason;
    signal.dispatchEvent(new Event("abort"));
  }

  static abort(reason) {
    const signal = new AbortSignal(OURS);
    raise(signal, reason);
    return signal;
  }

  static timeout(delay) {
    const signal = new AbortSignal(OURS);
    const end = () => raise(signal, new DOMException("The operation was aborted due to timeout", "TimeoutError"));
    setTimeout(end, delay).unref();
    return signal;
  }

  static any(signals) {
    const signal = new AbortSignal(OURS);
    const first = signals.find(({ aborted }) => aborted);
    if (first !== undefined) raise(signal, first.reason);
    else for (const one of signals) one.addEventListener("abort", () => raise(signal, one.reason), { once: true });
    return signal;
  }
}
const { raise } = AbortSignal;
delete AbortSignal.raise;

class AbortController {
  signal = new AbortSignal(OURS);

  abort(reason) {
    raise(this.signal, reason);
  }
}

for (const Class of [Event, EventTarget, AbortSignal, AbortController]) {
  Object.defineProperty(Class.prototype, Symbol.toStringTag, { value: Class.name, configurable: true });
}

Object.assign(exports, { Event, CustomEvent, EventTarget, AbortSignal, AbortController });
