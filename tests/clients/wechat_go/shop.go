package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"sync"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core/notify"
)

const (
	waitLimit   = time.Minute
	noticeLimit = 64 << 10
)

// A notice as it came, and what the client's handler said of it.
type notice struct {
	header http.Header
	body   []byte
	err    error
}

// The shop takes notices and hands them out by what their address ends in.
type shop struct {
	server  *httptest.Server
	handler *notify.Handler
	lock    sync.Mutex
	arrived map[string]chan notice
}

func startShop(handler *notify.Handler) *shop {
	s := &shop{handler: handler, arrived: map[string]chan notice{}}
	s.server = httptest.NewServer(s)
	return s
}

// ServeHTTP takes a notice that the handler takes, as a shop does; others are sent again.
func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, noticeLimit))
	if err != nil {
		return
	}
	n := notice{header: r.Header, body: body}
	_, n.err = s.parse(n.header, n.body, &notify.ContentMap{})
	if n.err != nil {
		w.WriteHeader(http.StatusUnauthorized)
	}
	s.box(path.Base(r.URL.Path)) <- n
}

func (s *shop) parse(header http.Header, body []byte, content any) (*notify.Request, error) {
	request := httptest.NewRequest(http.MethodPost, "/notify", bytes.NewReader(body))
	request.Header = header
	return s.handler.ParseNotifyRequest(context.Background(), request, content)
}

func (s *shop) box(key string) chan notice {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.arrived[key] == nil {
		s.arrived[key] = make(chan notice, 16)
	}
	return s.arrived[key]
}

func (s *shop) notifyURL(key string) *string {
	url := s.server.URL + "/notify/" + key
	return &url
}

// next waits for the next notice of this key, in the order of arrival.
func (s *shop) next(key string) notice {
	select {
	case n := <-s.box(key):
		return n
	case <-time.After(waitLimit):
		panic("no notice of " + key)
	}
}

// opened gives the next notice, which must be good, and refused with a blank more.
func (s *shop) opened(key string, content any) *notify.Request {
	n := s.next(key)
	must(n.err)
	_, err := s.parse(n.header, []byte(string(n.body)+" "), content)
	check(err != nil, "a changed notice was taken")
	news, err := s.parse(n.header, n.body, content)
	must(err)
	return news
}
