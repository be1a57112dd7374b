// node:events

const { coded, invalidArgument } = require("internal/errors");

function checkListener(listener) {
  if (typeof listener !== "function") {
    throw invalidArgument("listener", "of type function", listener);
  }
}

class EventEmitter {
  constructor() {
    EventEmitter.init.call(this);
  }

  static init() {
    if (this._events === undefined || this._events === Object.getPrototypeOf(this)._events) {
      Object.defineProperty(this, "_events", {
        value: new Map(),
        writable: true,
        configurable: true,
      });
    }
  }

  setMaxListeners(count) {
    Object.defineProperty(this, "_maxListeners", { value: count, writable: true, configurable: true });
    return this;
  }

  getMaxListeners() {
    return this._maxListeners ?? EventEmitter.defaultMaxListeners;
  }

  emit(name, ...args) {
    const listeners = this._events?.get(name);
    if (listeners === undefined || listeners.length === 0) {
      if (name === "error") throw unheard(args[0]);
      return false;
    }
    for (const listener of [...listeners]) Reflect.apply(listener, this, args);
    return true;
  }

  on(name, listener) {
    return add(this, name, listener, false);
  }

  prependListener(name, listener) {
    return add(this, name, listener, true);
  }

  once(name, listener) {
    checkListener(listener);
    return add(this, name, onlyOnce(this, name, listener), false);
  }

  prependOnceListener(name, listener) {
    checkListener(listener);
    return add(this, name, onlyOnce(this, name, listener), true);
  }

  off(name, listener) {
    checkListener(listener);
    const listeners = this._events?.get(name);
    const at = listeners?.findLastIndex((one) => one === listener || one.listener === listener) ?? -1;
    if (at >= 0) {
      const [removed] = listeners.splice(at, 1);
      if (listeners.length === 0) this._events.delete(name);
      if (this._events.has("removeListener")) {
        this.emit("removeListener", name, removed.listener ?? removed);
      }
    }
    return this;
  }

  removeAllListeners(name) {
    if (name === undefined) this._events?.clear();
    else this._events?.delete(name);
    return this;
  }

  listeners(name) {
    return this.rawListeners(name).map((one) => one.listener ?? one);
  }

  rawListeners(name) {
    return [...(this._events?.get(name) ?? [])];
  }

  listenerCount(name, listener) {
    const listeners = this.listeners(name);
    return listener === undefined
      ? listeners.length
      : listeners.filter((one) => one === listener).length;
  }

  eventNames() {
    return [...(this._events?.keys() ?? [])];
  }
}
EventEmitter.prototype.addListener = EventEmitter.prototype.on;
EventEmitter.prototype.removeListener = EventEmitter.prototype.off;
EventEmitter.defaultMaxListeners = 10;

function add(emitter, name, listener, first) {
  checkListener(listener);
  // A class that does not call `super`, or an object that only borrows the prototype.
  EventEmitter.init.call(emitter);
  if (emitter._events.has("newListener")) {
    emitter.emit("newListener", name, listener.listener ?? listener);
  }
  const listeners = emitter._events.get(name) ?? [];
  if (first) listeners.unshift(listener);
  else listeners.push(listener);
  emitter._events.set(name, listeners);
  return emitter;
}

function onlyOnce(emitter, name, listener) {
  function wrapper(...args) {
    emitter.removeListener(name, wrapper);
    return Reflect.apply(listener, this, args);
  }
  wrapper.listener = listener;
  return wrapper;
}

function unheard(error) {
  if (error instanceof Error) return error;
  const { inspect } = require("internal/inspect");
  return coded(Error, "ERR_UNHANDLED_ERROR", `Unhandled error. (${inspect(error)})`, {
    context: error,
  });
}

/** A promise of the next event of that name. */
function once(emitter, name) {
  return new Promise((resolve, reject) => {
    if (typeof emitter.addEventListener === "function") {
      emitter.addEventListener(name, (event) => resolve([event]), { once: true });
      return;
    }
    const failed = (error) => {
      emitter.off(name, happened);
      reject(error);
    };
    const happened = (...args) => {
      emitter.off("error", failed);
      resolve(args);
    };
    emitter.once(name, happened);
    if (name !== "error") emitter.once("error", failed);
  });
}

// `util.inherits` and `EventEmitter.call(this)` of older packages: callable without `new`.
module.exports = new Proxy(EventEmitter, {
  apply: (_, self) => EventEmitter.init.call(self),
});
Object.assign(module.exports, { EventEmitter: module.exports, once });
EventEmitter.listenerCount = (emitter, name) => emitter.listenerCount(name);
Object.defineProperty(EventEmitter.prototype, "constructor", {
  value: module.exports,
  writable: true,
  configurable: true,
});
