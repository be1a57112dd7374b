;; A looping program (it names /run/lambda/next) that prints its variables, and answers every
;; event in the same way.
(module
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
  (memory (export "memory") 2)
  (data (i32.const 160) "/run/lambda/next")
  (data (i32.const 100) "run/lambda/next")
  (data (i32.const 120) "run/lambda/response")
  (data (i32.const 140) "\"handled\"")

  (func $file (param $name i32) (param $length i32) (param $rights i64) (result i32)
    (drop (call $open (i32.const 3) (i32.const 0) (local.get $name) (local.get $length)
      (i32.const 0) (local.get $rights) (i64.const 0) (i32.const 0) (i32.const 0)))
    (i32.load (i32.const 0)))

  ;; Where the bytes of the next call are.
  (func $bytes (param $at i32) (param $length i32)
    (i32.store (i32.const 16) (local.get $at))
    (i32.store (i32.const 20) (local.get $length)))

  (func (export "_start") (local $fd i32)
    (drop (call $sizes (i32.const 0) (i32.const 4)))
    (drop (call $environ (i32.const 4096) (i32.const 8192)))
    (call $bytes (i32.const 8192) (i32.load (i32.const 4)))
    (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 8)))
    (loop $again
      (local.set $fd (call $file (i32.const 100) (i32.const 15) (i64.const 2)))
      (call $bytes (i32.const 65536) (i32.const 65536))
      (drop (call $read (local.get $fd) (i32.const 16) (i32.const 1) (i32.const 8)))
      (drop (call $close (local.get $fd)))
      (local.set $fd (call $file (i32.const 120) (i32.const 19) (i64.const 64)))
      (call $bytes (i32.const 140) (i32.const 9))
      (drop (call $write (local.get $fd) (i32.const 16) (i32.const 1) (i32.const 8)))
      (drop (call $close (local.get $fd)))
      (br $again))))
