package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/verifiers"
	"github.com/wechatpay-apiv3/wechatpay-go/core/downloader"
	"github.com/wechatpay-apiv3/wechatpay-go/core/notify"
	"github.com/wechatpay-apiv3/wechatpay-go/core/option"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"
)

// What the sandbox writes down for a merchant.
type config struct {
	MchID       string `json:"mch_id"`
	Appid       string `json:"appid"`
	SerialNo    string `json:"serial_no"`
	PrivateKey  string `json:"private_key"`
	APIv3Key    string `json:"api_v3_key"`
	PublicKeyID string `json:"public_key_id"`
	PublicKey   string `json:"public_key"`
}

func readConfig(dir, file string) (c config) {
	text, err := os.ReadFile(filepath.Join(dir, file))
	must(err)
	must(json.Unmarshal(text, &c))
	return c
}

// A merchant verifies by the public key if its configuration has one, else by the certificates
// that the client downloads.
type merchant struct {
	config
	mode         string
	sandbox      sandbox
	client       *core.Client
	verifier     auth.Verifier
	certificates *downloader.CertificateDownloader // nil: public key
	shop         *shop
}

func newMerchant(c config, s sandbox) *merchant {
	m := &merchant{config: c, mode: "public key", sandbox: s}
	if c.PublicKey != "" {
		key, err := utils.LoadPublicKey(c.PublicKey)
		must(err)
		m.verifier = verifiers.NewSHA256WithRSAPubkeyVerifier(c.PublicKeyID, *key)
	} else {
		var err error
		m.mode = "certificate"
		m.certificates, err = downloader.NewCertificateDownloaderWithClient(
			context.Background(), m.newClient(c.PrivateKey, option.WithoutValidator()), c.APIv3Key)
		must(err)
		m.verifier = verifiers.NewSHA256WithRSAVerifier(m.certificates)
	}
	m.client = m.clientWithKey(c.PrivateKey)
	handler, err := notify.NewRSANotifyHandler(c.APIv3Key, m.verifier)
	must(err)
	m.shop = startShop(handler)
	return m
}

// clientWithKey gives a client that signs by any key, in the name of this merchant.
func (m *merchant) clientWithKey(privateKey string) *core.Client {
	return m.newClient(privateKey, option.WithVerifier(m.verifier))
}

func (m *merchant) newClient(privateKey string, verifying core.ClientOption) *core.Client {
	key, err := utils.LoadPrivateKey(privateKey)
	must(err)
	client, err := core.NewClient(context.Background(),
		option.WithMerchantCredential(m.MchID, m.SerialNo, key), verifying,
		option.WithHTTPClient(&http.Client{Transport: m.sandbox}))
	must(err)
	return client
}

// A number of its own for every order, since all share one sandbox.
var numbers int

func number() string {
	numbers++
	return fmt.Sprintf("G%d_%d", os.Getpid(), numbers)
}
