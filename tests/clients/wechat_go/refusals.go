package main

import (
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/validators"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/native"
	"github.com/wechatpay-apiv3/wechatpay-go/services/refunddomestic"
)

// A way to sign wrongly, and what the client says of it.
type wrongly struct {
	kind string
	said *regexp.Regexp
}

var wrong = []wrongly{
	{"forge", regexp.MustCompile(`verify signature with public key`)},
	{"unsigned", regexp.MustCompile("`Wechatpay-Serial` is empty")},
	{"old_timestamp", regexp.MustCompile(`timestamp=\[\d+\] expires`)},
	{"unknown_serial", regexp.MustCompile(`not found in verifier|does not match serial`)},
	{"probe", regexp.MustCompile(`base64 encoded|verify signature with public key`)},
}

// refused wants the platform's refusal, signed well.
func (m *merchant) refused(err error, status int, code string) {
	var said *core.APIError
	check(errors.As(err, &said), "it was not refused: %v", err)
	same(status, said.StatusCode)
	same(code, said.Code)
	must(validators.NewWechatPayResponseValidator(m.verifier).Validate(ctx, &http.Response{
		Header: said.Header, Body: io.NopCloser(strings.NewReader(said.Body))}))
}

func (w wrongly) found(err error) {
	check(err != nil && w.said.MatchString(err.Error()), "%s: %v", w.kind, err)
}

func (m *merchant) wrongKeyIsRefused(wrongKey string) {
	orders := native.NativeApiService{Client: m.clientWithKey(wrongKey)}
	no := number()
	_, _, err := orders.Prepay(ctx, m.order(no))
	m.refused(err, http.StatusUnauthorized, "SIGN_ERROR")
	_, _, err = m.orders().QueryOrderByOutTradeNo(ctx, m.numbered(no))
	m.refused(err, http.StatusNotFound, "ORDER_NOT_EXIST")
}

func (m *merchant) unknownNumbersAreRefused() {
	no := number()
	_, _, err := m.orders().QueryOrderByOutTradeNo(ctx, m.numbered(no))
	m.refused(err, http.StatusNotFound, "ORDER_NOT_EXIST")
	refunds := refunddomestic.RefundsApiService{Client: m.client}
	_, _, err = refunds.QueryByOutRefundNo(ctx,
		refunddomestic.QueryByOutRefundNoRequest{OutRefundNo: &no})
	m.refused(err, http.StatusNotFound, "RESOURCE_NOT_EXISTS")
}

func (m *merchant) wrongAnswersAreRefused() {
	for _, w := range wrong {
		no := number()
		m.sandbox.fault("native", w.kind, no)
		_, _, err := m.orders().Prepay(ctx, m.order(no))
		w.found(err)
		m.native(no)
	}
}

func (m *merchant) wrongNoticesAreRefused() {
	for _, w := range wrong {
		no := number()
		m.native(no)
		m.sandbox.fault("notice", w.kind, no)
		m.sandbox.pay(no)
		w.found(m.shop.next(no).err)
		if w.kind == "forge" {
			continue // The sandbox repeats it as it is.
		}
		var paid map[string]any
		same("TRANSACTION.SUCCESS", m.shop.opened(no, &paid).EventType)
	}
}

// Who knows the old certificate alone gets the new one with it, and then verifies by both.
func (m *merchant) followsACertificate() {
	no := number()
	m.native(no)
	old := m.certificates.GetNewestSerial(ctx)
	m.sandbox.control("wechat/rotate", map[string]any{})
	must(m.certificates.DownloadCertificates(ctx))
	same(2, len(m.certificates.GetAll(ctx)))
	m.sandbox.pay(no)
	n := m.shop.next(no)
	must(n.err)
	check(n.header.Get("Wechatpay-Serial") != old, "the old certificate signs a notice")
	same("SUCCESS", *m.query(no).TradeState)
}
