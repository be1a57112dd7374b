;; Returns the event that it was given: the smallest handler module of the reactor kind.
;; How a module and its host talk is written down in handlers/ABI.md.
(module
  ;; The host reads and writes this memory. A page is 65,536 bytes; the event starts at page 1.
  (memory (export "memory") 2)

  ;; Called first, with the event's length in bytes: says where the event shall lie.
  ;; The same place each time, because one environment handles one event at a time.
  (func (export "allocate") (param $length i32) (result i32)
    (local $missing i32)
    ;; missing pages = 1 + length / 65,536, rounded up - the pages that are there
    (local.set $missing
      (i32.sub
        (i32.add (i32.const 1)
          (i32.shr_u (i32.add (local.get $length) (i32.const 65535)) (i32.const 16)))
        (memory.size)))
    (if (i32.gt_s (local.get $missing) (i32.const 0))
      (then
        ;; memory.grow answers -1 if the function's memory is used up.
        (if (i32.eq (memory.grow (local.get $missing)) (i32.const -1))
          (then unreachable))))
    (i32.const 65536))

  ;; Called second, with the event in place. The response is where and how long it is, packed
  ;; into one i64: the address in the upper 32 bits, the length in the lower ones. Here that is
  ;; the event itself.
  (func (export "handle") (param $event i32) (param $length i32) (result i64)
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get $event)) (i64.const 32))
      (i64.extend_i32_u (local.get $length)))))
