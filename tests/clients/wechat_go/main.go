// The official Go client of WeChat Pay drives the sandbox and judges what it says.
//
// usage: wechat_go http://127.0.0.1:PORT DIR-OF-CONFIGURATIONS   (clients.sh runs it)
//
// The client verifies every good answer by itself; refusals, which it does not verify, are given to
// its validator, and notices to its handler.  Prints TAP and, last, `N passed, N failed`.
package main

import (
	"fmt"
	"net/url"
	"os"
)

func main() {
	at, err := url.Parse(os.Args[1])
	must(err)
	keyed := readConfig(os.Args[2], "wechat.json")
	certified := readConfig(os.Args[2], "wechat-cert.json")
	testMerchant(newMerchant(keyed, sandbox{at}), certified.PrivateKey)
	certificates := newMerchant(certified, sandbox{at})
	testMerchant(certificates, keyed.PrivateKey)
	test("a new certificate is downloaded and followed", certificates.followsACertificate)
	fmt.Printf("1..%d\n%d passed, %d failed\n", passed+failed, passed, failed)
	if failed > 0 {
		os.Exit(1)
	}
}

func testMerchant(m *merchant, wrongKey string) {
	for _, one := range []struct {
		name string
		run  func()
	}{
		{"native, query, pay, notice, close", m.nativeIsPaidAndClosed},
		{"jsapi, app, h5, codepay, reverse", m.otherProductsAreTaken},
		{"refund, query, notice", m.refundIsMade},
		{"a wrong key is refused", func() { m.wrongKeyIsRefused(wrongKey) }},
		{"what is not there is refused", m.unknownNumbersAreRefused},
		{"the client refuses answers that are signed wrongly", m.wrongAnswersAreRefused},
		{"the client refuses notices that are signed wrongly", m.wrongNoticesAreRefused},
	} {
		test(one.name+" in "+m.mode+" mode", one.run)
	}
}
