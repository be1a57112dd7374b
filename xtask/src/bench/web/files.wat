;; Opens a file, writes 4 KiB, reads them back and closes it, a hundred times. Its one byte of
;; output is the sum of all error numbers and of what was not read: zero.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write"
    (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read"
    (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_seek"
    (func $seek (param i32 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "tmp/file")
  ;; 4 KiB from 4,096 on to be written, from 8,192 on to be read; and the byte of output.
  (data (i32.const 16) "\00\10\00\00\00\10\00\00")
  (data (i32.const 24) "\00\20\00\00\00\10\00\00")
  (data (i32.const 32) "\40\00\00\00\01\00\00\00")
  (global $wrong (mut i32) (i32.const 0))
  (func $check (param $number i32)
    (global.set $wrong (i32.or (global.get $wrong) (local.get $number))))
  (func (export "_start") (local $left i32) (local $fd i32)
    (local.set $left (i32.const 100))
    (loop $again
      ;; Made if it is not there, and emptied; with the rights that a C library asks for.
      (call $check (call $open (i32.const 3) (i32.const 1) (i32.const 0) (i32.const 8)
        (i32.const 9) (i64.const 0x8E001FF) (i64.const 0) (i32.const 0) (i32.const 48)))
      (local.set $fd (i32.load (i32.const 48)))
      (call $check
        (call $write (local.get $fd) (i32.const 16) (i32.const 1) (i32.const 52)))
      (call $check
        (call $seek (local.get $fd) (i64.const 0) (i32.const 0) (i32.const 56)))
      (call $check
        (call $read (local.get $fd) (i32.const 24) (i32.const 1) (i32.const 52)))
      (call $check (i32.xor (i32.load (i32.const 52)) (i32.const 4096)))
      (call $check (call $close (local.get $fd)))
      (br_if $again
        (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (i32.store8 (i32.const 64) (global.get $wrong))
    (drop (call $write (i32.const 1) (i32.const 32) (i32.const 1) (i32.const 52)))))
