;; A command whose response is what /opt/greeting.json holds; it ends with 9 if that can be written to.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "opt/greeting.json")
  (data (i32.const 32) "\00\04\00\00\00\04\00\00") ;; one piece: 1,024 bytes at 1,024
  (func $must (param $errno i32) (if (local.get $errno) (then unreachable)))
  (func (export "_start")
    ;; Descriptor 3 is `/`. Writing (64) is refused: the file system is read-only.
    (if (i32.eqz (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 17) (i32.const 0)
        (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 64)))
      (then (call $exit (i32.const 9))))
    (call $must (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 17) (i32.const 0)
      (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 64)))
    (call $must (call $read (i32.load (i32.const 64)) (i32.const 32) (i32.const 1) (i32.const 72)))
    (i32.store (i32.const 36) (i32.load (i32.const 72)))
    (call $must (call $write (i32.const 1) (i32.const 32) (i32.const 1) (i32.const 80)))))
