package main

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/app"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/h5"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/jsapi"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/native"
	"github.com/wechatpay-apiv3/wechatpay-go/services/refunddomestic"
)

const (
	description = `测试 + & = "{}" / 100%`
	total       = 8888
)

var (
	ctx       = context.Background()
	codeURLs  = regexp.MustCompile(`^weixin://wxpay/bizpayurl\?pr=[a-z0-9]{9}$`)
	prepayIDs = regexp.MustCompile(`^wx20\d{12}[a-z0-9]{20}$`)
	h5URLs    = regexp.MustCompile(`checkmweb\?prepay_id=wx`)
)

func (m *merchant) nativeIsPaidAndClosed() {
	no := number()
	made := m.native(no)
	check(codeURLs.MatchString(*made.CodeUrl), "code_url is %s", *made.CodeUrl)
	same(made, m.native(no))
	same("NOTPAY", *m.query(no).TradeState)
	other := m.order(no)
	other.Amount.Total = core.Int64(1)
	_, _, err := m.orders().Prepay(ctx, other)
	m.refused(err, http.StatusForbidden, "OUT_TRADE_NO_USED")

	m.sandbox.pay(no)
	var paid payments.Transaction
	news := m.shop.opened(no, &paid)
	same("TRANSACTION.SUCCESS", news.EventType)
	same("SUCCESS", *paid.TradeState)
	same(total, *paid.Amount.Total)
	after := m.query(no)
	same(*paid.TransactionId, *after.TransactionId)
	byID, _, err := m.orders().QueryOrderById(ctx, native.QueryOrderByIdRequest{
		TransactionId: after.TransactionId, Mchid: &m.MchID})
	must(err)
	same(after, byID)

	shut := number()
	m.native(shut)
	result, err := m.orders().CloseOrder(ctx, native.CloseOrderRequest{
		OutTradeNo: &shut, Mchid: &m.MchID})
	must(err)
	same(http.StatusNoContent, result.Response.StatusCode)
	same("CLOSED", *m.query(shut).TradeState)
}

func (m *merchant) otherProductsAreTaken() {
	no := number()
	inside, _, err := (&jsapi.JsapiApiService{Client: m.client}).Prepay(ctx, jsapi.PrepayRequest{
		Appid: &m.Appid, Mchid: &m.MchID, Description: core.String(description), OutTradeNo: &no,
		NotifyUrl: m.shop.notifyURL(no), Amount: &jsapi.Amount{Total: core.Int64(total)},
		Payer: &jsapi.Payer{Openid: core.String("o1")}})
	must(err)
	check(prepayIDs.MatchString(*inside.PrepayId), "prepay_id is %s", *inside.PrepayId)

	no = number()
	byApp, _, err := (&app.AppApiService{Client: m.client}).Prepay(ctx, app.PrepayRequest{
		Appid: &m.Appid, Mchid: &m.MchID, Description: core.String(description), OutTradeNo: &no,
		NotifyUrl: m.shop.notifyURL(no), Amount: &app.Amount{Total: core.Int64(total)}})
	must(err)
	check(prepayIDs.MatchString(*byApp.PrepayId), "prepay_id is %s", *byApp.PrepayId)

	no = number()
	page, _, err := (&h5.H5ApiService{Client: m.client}).Prepay(ctx, h5.PrepayRequest{
		Appid: &m.Appid, Mchid: &m.MchID, Description: core.String(description), OutTradeNo: &no,
		NotifyUrl: m.shop.notifyURL(no), Amount: &h5.Amount{Total: core.Int64(total)},
		SceneInfo: &h5.SceneInfo{PayerClientIp: core.String("1.2.3.4"),
			H5Info: &h5.H5Info{Type: core.String("Wap")}}})
	must(err)
	check(h5URLs.MatchString(*page.H5Url), "h5_url is %s", *page.H5Url)
	m.codeIsPaidAndReversed()
}

// The client has no service for payment codes, only what all services are made of.
func (m *merchant) codeIsPaidAndReversed() {
	const at = "https://api.mch.weixin.qq.com/v3/pay/transactions/"
	no := number()
	result, err := m.client.Post(ctx, at+"codepay", map[string]any{
		"appid": m.Appid, "mchid": m.MchID, "description": description, "out_trade_no": no,
		"amount":     map[string]any{"total": total, "currency": "CNY"},
		"payer":      map[string]any{"auth_code": "134567890123456789"},
		"scene_info": map[string]any{"store_info": map[string]any{"id": "1"}}})
	must(err)
	var paid payments.Transaction
	must(core.UnMarshalResponse(result.Response, &paid))
	same("SUCCESS", *paid.TradeState)
	same("MICROPAY", *paid.TradeType)
	_, err = m.client.Post(ctx, at+"out-trade-no/"+no+"/reverse",
		map[string]any{"appid": m.Appid, "mchid": m.MchID})
	must(err)
	same("REVOKED", *m.query(no).TradeState)
}

func (m *merchant) refundIsMade() {
	no, refundNo := number(), number()
	m.native(no)
	m.sandbox.pay(no)
	refunds := refunddomestic.RefundsApiService{Client: m.client}
	ask := refunddomestic.CreateRequest{
		OutTradeNo: &no, OutRefundNo: &refundNo, NotifyUrl: m.shop.notifyURL(refundNo),
		Amount: &refunddomestic.AmountReq{Refund: core.Int64(888), Total: core.Int64(total),
			Currency: core.String("CNY")}}
	made, _, err := refunds.Create(ctx, ask)
	must(err)
	same(refunddomestic.STATUS_PROCESSING, *made.Status)
	again, _, err := refunds.Create(ctx, ask)
	must(err)
	same(*made.RefundId, *again.RefundId)

	var news struct {
		RefundID string `json:"refund_id"`
		Status   string `json:"refund_status"`
	}
	same("REFUND.SUCCESS", m.shop.opened(refundNo, &news).EventType)
	same(*made.RefundId, news.RefundID)
	same("SUCCESS", news.Status)
	found, _, err := refunds.QueryByOutRefundNo(ctx,
		refunddomestic.QueryByOutRefundNoRequest{OutRefundNo: &refundNo})
	must(err)
	same(refunddomestic.STATUS_SUCCESS, *found.Status)
	same(888, *found.Amount.Refund)
	// It writes no refund that lacks what the platform always says.
	_, err = json.Marshal(found)
	must(err)
	same("REFUND", *m.query(no).TradeState)

	ask.OutRefundNo, ask.Amount.Refund = core.String(number()), core.Int64(8001)
	_, _, err = refunds.Create(ctx, ask)
	m.refused(err, http.StatusBadRequest, "INVALID_REQUEST")
}

func (m *merchant) order(no string) native.PrepayRequest {
	return native.PrepayRequest{
		Appid: &m.Appid, Mchid: &m.MchID, Description: core.String(description), OutTradeNo: &no,
		NotifyUrl: m.shop.notifyURL(no),
		Amount:    &native.Amount{Total: core.Int64(total), Currency: core.String("CNY")}}
}

func (m *merchant) orders() *native.NativeApiService {
	return &native.NativeApiService{Client: m.client}
}

func (m *merchant) native(no string) *native.PrepayResponse {
	made, _, err := m.orders().Prepay(ctx, m.order(no))
	must(err)
	return made
}

func (m *merchant) query(no string) *payments.Transaction {
	found, _, err := m.orders().QueryOrderByOutTradeNo(ctx, m.numbered(no))
	must(err)
	return found
}

func (m *merchant) numbered(no string) native.QueryOrderByOutTradeNoRequest {
	return native.QueryOrderByOutTradeNoRequest{OutTradeNo: &no, Mchid: &m.MchID}
}
