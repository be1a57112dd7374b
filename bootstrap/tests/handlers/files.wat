;; A command that answers with the first five bytes of /var/task/data/greeting.txt and the number of
;; times that it has appended a byte to /tmp/f. It fails if it can open /var/task/bootstrap.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_get" (func $stat (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "var/task/data/greeting.txt")
  (data (i32.const 32) "tmp/f")
  (data (i32.const 48) "var/task/bootstrap")
  (data (i32.const 80) "\c8\00\00\00\05\00\00\00") ;; one piece: 5 bytes at 200
  (data (i32.const 96) "\c8\00\00\00\06\00\00\00") ;; 6 of them
  (data (i32.const 112) "\c8\00\00\00\01\00\00\00") ;; one of them
  (func $must (param $errno i32) (if (local.get $errno) (then unreachable)))
  (func (export "_start") (local $file i32)
    (if (i32.eqz (call $open (i32.const 3) (i32.const 0) (i32.const 48) (i32.const 18) (i32.const 0)
      (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 64))) (then unreachable))
    (call $must (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 26) (i32.const 0)
      (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 64)))
    (call $must (call $read (i32.load (i32.const 64)) (i32.const 80) (i32.const 1) (i32.const 68)))
    ;; Create the file if need be (1), append (1).
    (call $must (call $open (i32.const 3) (i32.const 0) (i32.const 32) (i32.const 5) (i32.const 1)
      (i64.const -1) (i64.const -1) (i32.const 1) (i32.const 64)))
    (local.set $file (i32.load (i32.const 64)))
    (call $must (call $write (local.get $file) (i32.const 112) (i32.const 1) (i32.const 68)))
    (call $must (call $stat (local.get $file) (i32.const 128)))
    (i32.store8 (i32.const 205) (i32.add (i32.const 48) (i32.load (i32.const 160))))
    (call $must (call $write (i32.const 1) (i32.const 96) (i32.const 1) (i32.const 68)))))
