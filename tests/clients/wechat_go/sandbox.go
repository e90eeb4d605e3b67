package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
)

// The sandbox takes the calls that the client sends to the platform.
type sandbox struct{ at *url.URL }

func (s sandbox) RoundTrip(request *http.Request) (*http.Response, error) {
	moved := request.Clone(request.Context())
	moved.URL.Scheme, moved.URL.Host, moved.Host = s.at.Scheme, s.at.Host, s.at.Host
	return http.DefaultTransport.RoundTrip(moved)
}

// control posts to the control API.
func (s sandbox) control(what string, ask map[string]any) {
	body, err := json.Marshal(ask)
	must(err)
	answer, err := http.Post(s.at.JoinPath("sandbox", what).String(), "application/json",
		bytes.NewReader(body))
	must(err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	must(err)
	check(answer.StatusCode == http.StatusOK, "%s: %s", what, text)
}

func (s sandbox) pay(no string) {
	s.control("pay", map[string]any{"channel": "wechat", "out_trade_no": no})
}

func (s sandbox) fault(operation, kind, no string) {
	s.control("faults", map[string]any{"channel": "wechat", "operation": operation, "kind": kind,
		"out_trade_no": no})
}
