;; A looping program (it names run/lambda/next) that says why it cannot begin, and ends.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 100) "run/lambda/init/error")
  (data (i32.const 130) "/run/lambda/next")
  (data (i32.const 160) "{\"errorType\":\"Runtime.NoDatabase\"}")
  (data (i32.const 16) "\a0\00\00\00\22\00\00\00") ;; one piece: 34 bytes at 160
  (func (export "_start") (local $fd i32)
    (drop (call $open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 21)
      (i32.const 0) (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 0)))
    (local.set $fd (i32.load (i32.const 0)))
    (drop (call $write (local.get $fd) (i32.const 16) (i32.const 1) (i32.const 8)))
    (drop (call $close (local.get $fd)))
    (call $exit (i32.const 1))))
