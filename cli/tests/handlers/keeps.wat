;; A command that appends a byte to /tmp/f, logs how long the file was before, and crashes.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_get"
    (func $stat (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write"
    (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "tmp/f")
  (data (i32.const 16) "\20\00\00\00\07\00\00\00") ;; one piece: 7 bytes at 32
  (data (i32.const 32) "size 0\n")
  (data (i32.const 48) "\20\00\00\00\01\00\00\00") ;; one piece: a byte of it
  (func $must (param $errno i32) (if (local.get $errno) (then unreachable)))
  (func (export "_start") (local $file i32)
    ;; Descriptor 3 is `/`; create the file if need be (1), append (1).
    (call $must (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 5) (i32.const 1)
      (i64.const -1) (i64.const -1) (i32.const 1) (i32.const 64)))
    (local.set $file (i32.load (i32.const 64)))
    (call $must (call $stat (local.get $file) (i32.const 128)))
    (i32.store8 (i32.const 37) (i32.add (i32.const 48) (i32.load (i32.const 160))))
    (call $must (call $write (i32.const 2) (i32.const 16) (i32.const 1) (i32.const 64)))
    (call $must (call $write (local.get $file) (i32.const 48) (i32.const 1) (i32.const 64)))
    unreachable))
