;; A reactor: its memory and globals live as long as its environment (handlers/ABI.md).
(module
  (memory (export "memory") 1)

  ;; The response, 43 bytes at address 16. The digit at its end is written by each call.
  (data (i32.const 16) "{\"message\": \"Hello from Wasm!\", \"calls\": 0}")

  ;; Lambda asks where to put an event of this length. One that is longer than the rest of the page
  ;; traps.
  (func (export "allocate") (param $length i32) (result i32)
    (i32.const 1024))

  ;; Globals survive a warm start, and begin again with a cold one.
  (global $calls (mut i32) (i32.const 0))

  ;; Lambda calls this with each event; what it returns says where the response is: its address in
  ;; the upper half, its length in the lower one.
  (func (export "handle") (param $at i32) (param $length i32) (result i64)
    ;; One digit, which stays at 9.
    (if (i32.lt_u (global.get $calls) (i32.const 9))
      (then (global.set $calls (i32.add (global.get $calls) (i32.const 1)))))
    (i32.store8 (i32.const 57) (i32.add (i32.const 48) (global.get $calls)))
    (i64.or
      (i64.shl (i64.const 16) (i64.const 32))
      (i64.const 43)))
)
