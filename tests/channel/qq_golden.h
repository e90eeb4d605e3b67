/* qq_golden.h - every request byte for byte, made by hand from QQ Wallet's documents and signed
 * with `openssl dgst -md5` and `openssl dgst -sha1 -mac HMAC`, not by the program under test.
 */
#pragma once

/* clang-format off */
#define GOLDEN_QR \
	"<xml><appid><![CDATA[100619284]]></appid><body><![CDATA[测试 <Tea> \"A\"/B]]></body>" \
	"<fee_type><![CDATA[CNY]]></fee_type><mch_id><![CDATA[1900000109]]></mch_id><nonce_" \
	"str><![CDATA[000102030405060708090a0b0c0d0e0f]]></nonce_str><notify_url><![CDATA[h" \
	"ttps://pay.example.com/notify/qq/1/main]]></notify_url><out_trade_no><![CDATA[att0" \
	"HZX3K9F2M7QA]]></out_trade_no><spbill_create_ip><![CDATA[203.0.113.7]]></spbill_cr" \
	"eate_ip><time_expire><![CDATA[20261122180000]]></time_expire><total_fee><![CDATA[1" \
	"0]]></total_fee><trade_type><![CDATA[NATIVE]]></trade_type><sign><![CDATA[BE006F8C" \
	"522EDF50D981C596D04DA9F3]]></sign></xml>"

#define GOLDEN_JSAPI \
	"<xml><appid><![CDATA[100619284]]></appid><body><![CDATA[测试 <Tea> \"A\"/B]]></body>" \
	"<fee_type><![CDATA[CNY]]></fee_type><mch_id><![CDATA[1900000109]]></mch_id><nonce_" \
	"str><![CDATA[000102030405060708090a0b0c0d0e0f]]></nonce_str><notify_url><![CDATA[h" \
	"ttps://pay.example.com/notify/qq/1/main]]></notify_url><out_trade_no><![CDATA[att0" \
	"HZX3K9F2M7QA]]></out_trade_no><spbill_create_ip><![CDATA[203.0.113.7]]></spbill_cr" \
	"eate_ip><time_expire><![CDATA[20261122180000]]></time_expire><total_fee><![CDATA[1" \
	"0]]></total_fee><trade_type><![CDATA[JSAPI]]></trade_type><sign><![CDATA[D3ADC9818" \
	"545B869EF9AA32D7198C3F1]]></sign></xml>"

#define GOLDEN_APP \
	"<xml><appid><![CDATA[100619284]]></appid><body><![CDATA[测试 <Tea> \"A\"/B]]></body>" \
	"<fee_type><![CDATA[CNY]]></fee_type><mch_id><![CDATA[1900000109]]></mch_id><nonce_" \
	"str><![CDATA[000102030405060708090a0b0c0d0e0f]]></nonce_str><notify_url><![CDATA[h" \
	"ttps://pay.example.com/notify/qq/1/main]]></notify_url><out_trade_no><![CDATA[att0" \
	"HZX3K9F2M7QA]]></out_trade_no><spbill_create_ip><![CDATA[203.0.113.7]]></spbill_cr" \
	"eate_ip><time_expire><![CDATA[20261122180000]]></time_expire><total_fee><![CDATA[1" \
	"0]]></total_fee><trade_type><![CDATA[APP]]></trade_type><sign><![CDATA[02F51D0059F" \
	"AE37F88F9929EA15B5C80]]></sign></xml>"

#define GOLDEN_QR_NOWHERE \
	"<xml><appid><![CDATA[100619284]]></appid><body><![CDATA[测试 <Tea> \"A\"/B]]></body>" \
	"<fee_type><![CDATA[CNY]]></fee_type><mch_id><![CDATA[1900000109]]></mch_id><nonce_" \
	"str><![CDATA[000102030405060708090a0b0c0d0e0f]]></nonce_str><notify_url><![CDATA[h" \
	"ttps://notify.invalid/qq]]></notify_url><out_trade_no><![CDATA[att0HZX3K9F2M7QA]]>" \
	"</out_trade_no><spbill_create_ip><![CDATA[127.0.0.1]]></spbill_create_ip><time_exp" \
	"ire><![CDATA[20261122180000]]></time_expire><total_fee><![CDATA[10]]></total_fee><" \
	"trade_type><![CDATA[NATIVE]]></trade_type><sign><![CDATA[C7B01BAE7F142ABE44826777B" \
	"9A0E9BC]]></sign></xml>"

#define GOLDEN_QR_PLAIN \
	"<xml><body><![CDATA[测试 <Tea> \"A\"/B]]></body><fee_type><![CDATA[CNY]]></fee_type>" \
	"<mch_id><![CDATA[1900000109]]></mch_id><nonce_str><![CDATA[000102030405060708090a0" \
	"b0c0d0e0f]]></nonce_str><notify_url><![CDATA[https://pay.example.com/notify/qq/1/m" \
	"ain]]></notify_url><out_trade_no><![CDATA[att0HZX3K9F2M7QA]]></out_trade_no><spbil" \
	"l_create_ip><![CDATA[203.0.113.7]]></spbill_create_ip><time_expire><![CDATA[202611" \
	"22180000]]></time_expire><total_fee><![CDATA[10]]></total_fee><trade_type><![CDATA" \
	"[NATIVE]]></trade_type><sign><![CDATA[DC1A1B8197EE116902A7A678A3115AF2]]></sign></" \
	"xml>"

#define GOLDEN_BARCODE \
	"<xml><appid><![CDATA[100619284]]></appid><auth_code><![CDATA[910728310408849937]]>" \
	"</auth_code><body><![CDATA[测试 <Tea> \"A\"/B]]></body><device_info><![CDATA[tael]]>" \
	"</device_info><fee_type><![CDATA[CNY]]></fee_type><mch_id><![CDATA[1900000109]]></" \
	"mch_id><nonce_str><![CDATA[000102030405060708090a0b0c0d0e0f]]></nonce_str><notify_" \
	"url><![CDATA[https://pay.example.com/notify/qq/1/main]]></notify_url><out_trade_no" \
	"><![CDATA[att0HZX3K9F2M7QA]]></out_trade_no><spbill_create_ip><![CDATA[203.0.113.7" \
	"]]></spbill_create_ip><total_fee><![CDATA[10]]></total_fee><trade_type><![CDATA[MI" \
	"CROPAY]]></trade_type><sign><![CDATA[DD976C6F05ADDFA924B3903B250F4F5D]]></sign></x" \
	"ml>"

#define GOLDEN_NUMBER \
	"<xml><appid><![CDATA[100619284]]></appid><mch_id><![CDATA[1900000109]]></mch_id><n" \
	"once_str><![CDATA[000102030405060708090a0b0c0d0e0f]]></nonce_str><out_trade_no><![" \
	"CDATA[att0HZX3K9F2M7QA]]></out_trade_no><sign><![CDATA[2DA020CB247237A633844373F10" \
	"03388]]></sign></xml>"

#define GOLDEN_CANCEL \
	"<xml><appid><![CDATA[100619284]]></appid><mch_id><![CDATA[1900000109]]></mch_id><n" \
	"once_str><![CDATA[000102030405060708090a0b0c0d0e0f]]></nonce_str><op_user_id><![CD" \
	"ATA[1900000109]]></op_user_id><op_user_passwd><![CDATA[47fc303c12d84a05402315a03f9" \
	"596a9]]></op_user_passwd><out_trade_no><![CDATA[att0HZX3K9F2M7QA]]></out_trade_no>" \
	"<sign><![CDATA[D856BAAFD9C2074AFF041A0B28876F1C]]></sign></xml>"

#define GOLDEN_REFUND \
	"<xml><appid><![CDATA[100619284]]></appid><mch_id><![CDATA[1900000109]]></mch_id><n" \
	"once_str><![CDATA[000102030405060708090a0b0c0d0e0f]]></nonce_str><op_user_id><![CD" \
	"ATA[1900000109]]></op_user_id><op_user_passwd><![CDATA[47fc303c12d84a05402315a03f9" \
	"596a9]]></op_user_passwd><out_refund_no><![CDATA[ref0HZX3K9F2M7QB]]></out_refund_n" \
	"o><refund_fee><![CDATA[4]]></refund_fee><transaction_id><![CDATA[19000001092016112" \
	"20000000001]]></transaction_id><sign><![CDATA[A8730368C4E5FCCCF224BF6E071D266D]]><" \
	"/sign></xml>"

#define GOLDEN_REFUND_BY_NUMBER \
	"<xml><appid><![CDATA[100619284]]></appid><mch_id><![CDATA[1900000109]]></mch_id><n" \
	"once_str><![CDATA[000102030405060708090a0b0c0d0e0f]]></nonce_str><op_user_id><![CD" \
	"ATA[1900000109]]></op_user_id><op_user_passwd><![CDATA[47fc303c12d84a05402315a03f9" \
	"596a9]]></op_user_passwd><out_refund_no><![CDATA[ref0HZX3K9F2M7QB]]></out_refund_n" \
	"o><out_trade_no><![CDATA[att0HZX3K9F2M7QA]]></out_trade_no><refund_fee><![CDATA[4]" \
	"]></refund_fee><sign><![CDATA[4D0C7564E234E02083C0FEEED5CD9D3F]]></sign></xml>"

#define GOLDEN_REFUND_QUERY \
	"<xml><appid><![CDATA[100619284]]></appid><mch_id><![CDATA[1900000109]]></mch_id><n" \
	"once_str><![CDATA[000102030405060708090a0b0c0d0e0f]]></nonce_str><out_refund_no><!" \
	"[CDATA[ref0HZX3K9F2M7QB]]></out_refund_no><sign><![CDATA[B4FD0103AFA87FCF6B07FECC9" \
	"1E3E14A]]></sign></xml>"

#define GOLDEN_APP_CALL \
	"{\"appId\":\"100619284\",\"bargainorId\":\"1900000109\",\"tokenId\":\"1V8cfb2c4c5c" \
	"b5a2d3f5f9c1e7f5e1a0\",\"pubAcc\":\"\",\"nonce\":\"000102030405060708090a0b0c0d0e0" \
	"f\",\"timeStamp\":1795334400,\"sig\":\"QKcRogdQ0C0Dz0xLHzbvYuMCWJw=\",\"sigType\":" \
	"\"HMAC-SHA1\"}"

#define GOLDEN_JSAPI_CALL \
	"{\"tokenId\":\"1V8cfb2c4c5cb5a2d3f5f9c1e7f5e1a0\",\"appInfo\":\"appid#100619284|ba" \
	"rgainor_id#1900000109|channel#wallet\"}"

/* clang-format on */
