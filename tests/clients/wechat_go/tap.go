package main

import (
	"fmt"
	"reflect"
	"runtime/debug"
	"strings"
)

var passed, failed int

// test runs one test, which fails by a panic, and prints its line of TAP.
func test(name string, run func()) {
	defer func() {
		why := recover()
		if why == nil {
			passed++
			fmt.Printf("ok %d - %s\n", passed+failed, name)
			return
		}
		failed++
		text := fmt.Sprintf("%v\n%s", why, debug.Stack())
		fmt.Printf("not ok %d - %s\n# %s\n", passed+failed, name,
			strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n# "))
	}()
	run()
}

func check(ok bool, format string, args ...any) {
	if !ok {
		panic(fmt.Sprintf(format, args...))
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func same[T any](want, got T) {
	check(reflect.DeepEqual(want, got), "%+v is not %+v", got, want)
}
