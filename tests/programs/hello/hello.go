package main

import (
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	fmt.Println("arguments:", strings.Join(os.Args[1:], " "))
	fmt.Println("GREETING:", os.Getenv("GREETING"))
	event, err := io.ReadAll(os.Stdin)
	must(err)
	fmt.Printf("stdin: %s\n", event)

	must(os.Mkdir("/tmp/notes", 0o755))
	must(os.WriteFile("/tmp/notes/one.txt", []byte("written and read\n"), 0o644))
	text, err := os.ReadFile("/tmp/notes/one.txt")
	must(err)
	fmt.Printf("file: %s", text)

	entries, err := os.ReadDir("/var/task")
	must(err)
	fmt.Print("folder:")
	for _, entry := range entries {
		fmt.Print(" ", entry.Name())
	}
	fmt.Println()

	begin := time.Now()
	time.Sleep(time.Millisecond)
	clock := "stands"
	if begin.Unix() > 1_700_000_000 && time.Since(begin) >= time.Millisecond {
		clock = "goes"
	}
	fmt.Println("clock:", clock)

	drawn := make([]byte, 32)
	_, err = rand.Read(drawn)
	must(err)
	random := "the same"
	if string(drawn[:16]) != string(drawn[16:]) {
		random = "differs"
	}
	fmt.Println("random:", random)
}
