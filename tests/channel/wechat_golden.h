/* wechat_golden.h - every request byte for byte, made by hand from WeChat Pay's documents and
 * signed with `openssl dgst -sha256 -sign keys/app.pem`, not by the program under test.
 */
#pragma once

struct golden {
	const char *method, *target, *body, *authorization;
};

/* clang-format off */
static const struct golden GOLDEN_QR __attribute__((unused)) = {
	"POST",
	"/v3/pay/transactions/native",
	"{\"appid\":\"wx2026112216000001\",\"mchid\":\"1900007291\",\"description\":\"测试 "
	"<Tea> \\\"A\\\"/B\",\"out_trade_no\":\"att0HZX3K9F2M7QA\",\"amount\":{\"total\":10,"
	"\"currency\":\"CNY\"},\"time_expire\":\"2026-11-22T18:00:00+08:00\",\"notify_url\":"
	"\"https://pay.example.com/notify/wechat/1/main\"}",
	"WECHATPAY2-SHA256-RSA2048 mchid=\"1900007291\",nonce_str=\"3535353535353535353535353"
	"5353535\",signature=\"nE1lRzzkgSYbgvjeChX3YTyBNR/eXNjVOFCoqCFCQVqEoz2tBdvuwoHQLD3PoI"
	"21djJ2LR9jy5FmLy2edztGGRxQ3XGGREGUS28xO+N4RWiijnUcpk9AwhMFOyx8XmPuffBRDiOWezYCwsqeLG"
	"3HcMTfIaBJn5aIBaVWqARTY9C0ouujKbDRxwwiAP/ciiy5qDZR5H3zhc3cttd/i87bsR1Blq+1+JXzc4EcqN"
	"n/BTHfOHxUK4N/EE3fIURDbgCGVyRp03RFmuaSVS+gGFxrvTnjen+jSDQFIhKyXRfrn+WBW186cVaqslymFh"
	"+LcVPGMLiWCKb0xt70tRGD1TVVLg==\",timestamp=\"1795334400\",serial_no=\"408B07E79B8269"
	"FEC3D5D3E6AB8ED163A6A380DB\"",
};

static const struct golden GOLDEN_QR_NO_NOTIFY __attribute__((unused)) = {
	"POST",
	"/v3/pay/transactions/native",
	"{\"appid\":\"wx2026112216000001\",\"mchid\":\"1900007291\",\"description\":\"测试 "
	"<Tea> \\\"A\\\"/B\",\"out_trade_no\":\"att0HZX3K9F2M7QA\",\"amount\":{\"total\":10,"
	"\"currency\":\"CNY\"},\"time_expire\":\"2026-11-22T18:00:00+08:00\",\"notify_url\":"
	"\"https://notify.invalid/wechat\"}",
	"WECHATPAY2-SHA256-RSA2048 mchid=\"1900007291\",nonce_str=\"3535353535353535353535353"
	"5353535\",signature=\"R/ByrZ4oppCE+BrrAYvpJEOpOLrAzlPFnBAIw0omHnO3ETTi/8HrLN7+wdRvdz"
	"poj7RMmXJzHoWgZc8rVyYCbKMfZ8ZqtjgZL5RczSID9fD9fvGfa5jtHZQnjEchZzfO+6ARXToF4o0ntwUsAI"
	"tMO+gUUhYwdxMonnuje2vhic3TNfTLRD3lCShoEezYxMJ/ZGW/N6TtY4cdnBRB6NiHX3gesttR42G1Q0HXQv"
	"nird9DcK/WmBPDTuSNPCRQAcGCan69agUr0j6AHxlyIlQLgKXxnETJK6viO9GpBVBoeNRbzGOYuQAQMoZ5qv"
	"6VBthZEabx8EF0wdKrDa3kowTpLA==\",timestamp=\"1795334400\",serial_no=\"408B07E79B8269"
	"FEC3D5D3E6AB8ED163A6A380DB\"",
};

static const struct golden GOLDEN_H5 __attribute__((unused)) = {
	"POST",
	"/v3/pay/transactions/h5",
	"{\"appid\":\"wx2026112216000001\",\"mchid\":\"1900007291\",\"description\":\"测试 "
	"<Tea> \\\"A\\\"/B\",\"out_trade_no\":\"att0HZX3K9F2M7QA\",\"amount\":{\"total\":10,"
	"\"currency\":\"CNY\"},\"time_expire\":\"2026-11-22T18:00:00+08:00\",\"notify_url\":"
	"\"https://pay.example.com/notify/wechat/1/main\",\"scene_info\":{\"payer_client_ip\""
	":\"203.0.113.7\",\"h5_info\":{\"type\":\"Wap\"}}}",
	"WECHATPAY2-SHA256-RSA2048 mchid=\"1900007291\",nonce_str=\"3535353535353535353535353"
	"5353535\",signature=\"YYAaynu+guZKfi6k0TsV1WbZWdMNT+HwkztKnqWB0mC9HXn4xCBwY/2/RHdqvQ"
	"JE6xxFGyGNffJnxMgK0peB/LLPSBbijeBrEiZ9T975kJqKhf9HF8ZigVgE2QBkUVuME9RS3185y3hgFfNFeg"
	"iZML8kVvj0Nj1qpgN9HOD2ZXpoOnEkfW8br/XB5hHvcE/ttpAMLtF+4Iiouuk22GN0H0/OEbrREj2xup9NRJ"
	"td+St917XlUwJBidh7kIzMnhFSkKpf5lKfXlySDXC4ijHsiLfHddh6fInhD2mfZwnKc2LdqW8EODyatQzRsy"
	"5ibpDts++xayOs0cJG868060AkKQ==\",timestamp=\"1795334400\",serial_no=\"408B07E79B8269"
	"FEC3D5D3E6AB8ED163A6A380DB\"",
};

static const struct golden GOLDEN_JSAPI __attribute__((unused)) = {
	"POST",
	"/v3/pay/transactions/jsapi",
	"{\"appid\":\"wx2026112216000001\",\"mchid\":\"1900007291\",\"description\":\"测试 "
	"<Tea> \\\"A\\\"/B\",\"out_trade_no\":\"att0HZX3K9F2M7QA\",\"amount\":{\"total\":10,"
	"\"currency\":\"CNY\"},\"time_expire\":\"2026-11-22T18:00:00+08:00\",\"notify_url\":"
	"\"https://pay.example.com/notify/wechat/1/main\",\"payer\":{\"openid\":\"oUpF8uMuAJO"
	"_M2pxb1Q9zNjWeS6o\"}}",
	"WECHATPAY2-SHA256-RSA2048 mchid=\"1900007291\",nonce_str=\"3535353535353535353535353"
	"5353535\",signature=\"EfRo59+evFjkxdrP6mIVPBORuXQbVPmya7hJfe3PSzycZu44KQMxaj/cT0yzl8"
	"5i/+zKfG6jVU/XYCkA4wYaeMZItE+XfCipC8kwu0pAY00uSGNnOaMKx72NI7fppjXsj4rrzrDnqA2ZNKjDfV"
	"ubh7prOi6wphCiuVQNtG0Dy1ksOWIfuoma5SuDCROkUwP56ULut/wJgVrm7k8ONq7Bh2/usKQIKllqq5lwk4"
	"soKOTsVq73SedHeUWTBgE22iMekHtBHgHInCgd/jojmYjduJxEhqaslGwJmrYRyGR/54oIUvymbr6OkFdOlQ"
	"bI8f9a4J1TQlXPjDFEABviiFNDow==\",timestamp=\"1795334400\",serial_no=\"408B07E79B8269"
	"FEC3D5D3E6AB8ED163A6A380DB\"",
};

static const struct golden GOLDEN_MINI __attribute__((unused)) = {
	"POST",
	"/v3/pay/transactions/jsapi",
	"{\"appid\":\"wx2026112216000002\",\"mchid\":\"1900007291\",\"description\":\"测试 "
	"<Tea> \\\"A\\\"/B\",\"out_trade_no\":\"att0HZX3K9F2M7QA\",\"amount\":{\"total\":10,"
	"\"currency\":\"CNY\"},\"time_expire\":\"2026-11-22T18:00:00+08:00\",\"notify_url\":"
	"\"https://pay.example.com/notify/wechat/1/main\",\"payer\":{\"openid\":\"oUpF8uMuAJO"
	"_M2pxb1Q9zNjWeS6o\"}}",
	"WECHATPAY2-SHA256-RSA2048 mchid=\"1900007291\",nonce_str=\"3535353535353535353535353"
	"5353535\",signature=\"VPSnSx5DWWF067+6AAJylLm6tqqEOra9zoN1emmdyK20vU5ntcZkHWyJ67uCGw"
	"WvFoHji6/Vi1k7JdPHxDROk9QoYzt+c3sgzhcvQEvLL8wSznYJPGNTNvVlO/qZGxMWGZhPFEeLCoFZokbzTK"
	"ZyYxKv6PzBH3PQZJlSdhVd1Xn9LOGqpa4M+rt7JbAW8pBkud9wufhD1TrtBj6jP30HUl2z5iRJQmcGiIyKq5"
	"u0DLAfI3HNkbT04loJmCXcIH58DtgmgHq0pj5dkzsM8RMclgm8OwoxA5AUHP0hXuH/8+N3qWCOLfQV9lrvq7"
	"fFDywomT6w+wMaveke0hXdjjhLNA==\",timestamp=\"1795334400\",serial_no=\"408B07E79B8269"
	"FEC3D5D3E6AB8ED163A6A380DB\"",
};

static const struct golden GOLDEN_APP __attribute__((unused)) = {
	"POST",
	"/v3/pay/transactions/app",
	"{\"appid\":\"wx2026112216000003\",\"mchid\":\"1900007291\",\"description\":\"测试 "
	"<Tea> \\\"A\\\"/B\",\"out_trade_no\":\"att0HZX3K9F2M7QA\",\"amount\":{\"total\":10,"
	"\"currency\":\"CNY\"},\"time_expire\":\"2026-11-22T18:00:00+08:00\",\"notify_url\":"
	"\"https://pay.example.com/notify/wechat/1/main\"}",
	"WECHATPAY2-SHA256-RSA2048 mchid=\"1900007291\",nonce_str=\"3535353535353535353535353"
	"5353535\",signature=\"IrZmTfV/yYCbma1m8/h9xfD0LBLbST4A7nFdKaQRPdCJuFsEeGEXNU1eRl1po/"
	"tClsieuanAfMXYe5V0ATUlFD0plcB0DFyS997DCGTAeCbDblcVDSVr3/Ikbfqwxfsi7HJ8sKi9auGGK+T05Z"
	"ZMd+oRJS5d7atlNiCzRFkNAsuVt2ciBpMT/DwRoNFDiOooF2issYwrYx5h/5Bd4GswFXfCf2PBWFGG6FBKHs"
	"s9uYfGHDc4Qc1AHZE2hPybCtWnqXBih98de2xJ+PZbQWrduIC1EKnar9WMLdKqfZ6NDu/8BCsAguY+NGsvht"
	"/z/XNCxoCaeGwYOmqARRk/xtRfPg==\",timestamp=\"1795334400\",serial_no=\"408B07E79B8269"
	"FEC3D5D3E6AB8ED163A6A380DB\"",
};

static const struct golden GOLDEN_BARCODE __attribute__((unused)) = {
	"POST",
	"/v3/pay/transactions/codepay",
	"{\"appid\":\"wx2026112216000001\",\"mchid\":\"1900007291\",\"description\":\"测试 "
	"<Tea> \\\"A\\\"/B\",\"out_trade_no\":\"att0HZX3K9F2M7QA\",\"amount\":{\"total\":10,"
	"\"currency\":\"CNY\"},\"payer\":{\"auth_code\":\"134567890123456789\"},\"scene_info"
	"\":{\"store_info\":{\"out_id\":\"1900007291\"}}}",
	"WECHATPAY2-SHA256-RSA2048 mchid=\"1900007291\",nonce_str=\"3535353535353535353535353"
	"5353535\",signature=\"Op6f8oK9b50AL1SoZ6lZCP+sL7Tj3uFV6atJacxRzHbHeAdwxM3J4fbDO8h5sC"
	"HtLslnQWB2wN8JEt7W24PqnQO1YzxUCCDtLZjuikzR8ceNtX+4ctdDbXkSoc5S0IClzBzZcpUBJtRWa39+8k"
	"FWsl3cIBSvPp173iuUJrz3SeMoMP08jSlqqXQrukF4VBGJC5ZCfxa0GF7zeHhGYX6WjMTnLCMjCbEI+Ctxg9"
	"OtKzt4jh7eLPFx6Xb8t+WfwbcbnI/fSWvZYa/3uVcLPzFWfI/9BT/acQU363m6ToisDihjkj7u3ap1Lu/MbA"
	"30wUlLX4GU0BpGkKnRH27/LnOPIQ==\",timestamp=\"1795334400\",serial_no=\"408B07E79B8269"
	"FEC3D5D3E6AB8ED163A6A380DB\"",
};

static const struct golden GOLDEN_QUERY __attribute__((unused)) = {
	"GET",
	"/v3/pay/transactions/out-trade-no/att0HZX3K9F2M7QA?mchid=1900007291",
	"",
	"WECHATPAY2-SHA256-RSA2048 mchid=\"1900007291\",nonce_str=\"3535353535353535353535353"
	"5353535\",signature=\"mckNmYlLCHwKwiuKJUiFRkUw83ysFJs4QUUyNoaA4ghVJbRJZqF7fJKRvWwCBX"
	"z7+Vk6ZE7HeTrCQHqrhN4LQqVCYckL7Y/bV5GlUm/VxnVlEkbItcdwa2MDi84MpCyqDHATDnvBVUvwLXzOko"
	"CZDwBWFrlkOMmSY5CNqk15Ss+bnhGWLAM/8F3xSEOtWOIlXg67WOye4SuvyVGumjnn4JWN1leshMmLYo3Ty5"
	"IlFraz/ha+wMRYPuX2tej9c7zPCfl6tO4hGgIoX07IEHQQWvmYmTiOy1aI8lAsKv0SSuoZiZgqeaKmqrlALU"
	"Is9o0ac60mgIj+l331P9BpAjF98w==\",timestamp=\"1795334400\",serial_no=\"408B07E79B8269"
	"FEC3D5D3E6AB8ED163A6A380DB\"",
};

static const struct golden GOLDEN_CLOSE __attribute__((unused)) = {
	"POST",
	"/v3/pay/transactions/out-trade-no/att0HZX3K9F2M7QA/close",
	"{\"mchid\":\"1900007291\"}",
	"WECHATPAY2-SHA256-RSA2048 mchid=\"1900007291\",nonce_str=\"3535353535353535353535353"
	"5353535\",signature=\"mPBr6ve7CiljSS8k35gVyeOQ3l6WdRI3H2otjptdP/u3rqBGnzrzneBHhUmuJQ"
	"dPEGj0WIvV3uaG5UfYndu3gVS1EPeyxdJ/dWTwqH6KG1ve5qn1PG76H7wKPB+IgyPhS8QfgX9qDkLTkR6ror"
	"/uGI+54IEjrd/912FkpxR/kf0toE7EI29eaBq3cnQBkoWo+mqFLwAU3bsyymMzJAssIE92TUwjO3CAfJO9ZH"
	"ZJknoGISHSopaJMYPRRDAZ5jWo9weOLihpljQ1sP4uOfZkrsQel0DplNCSvPQB0clm9Q5gxpVk7ESUgXNCcV"
	"LNHS1emuzGbmNoLe2mF/nuVJ1b9g==\",timestamp=\"1795334400\",serial_no=\"408B07E79B8269"
	"FEC3D5D3E6AB8ED163A6A380DB\"",
};

static const struct golden GOLDEN_REVERSE __attribute__((unused)) = {
	"POST",
	"/v3/pay/transactions/out-trade-no/att0HZX3K9F2M7QA/reverse",
	"{\"appid\":\"wx2026112216000001\",\"mchid\":\"1900007291\"}",
	"WECHATPAY2-SHA256-RSA2048 mchid=\"1900007291\",nonce_str=\"3535353535353535353535353"
	"5353535\",signature=\"bcji7ogpzNOpLFGUlMzGug4A1jXJKG7kUrHWobt+Q93tkCYjiAMOWucIkQEBGY"
	"DD6HuTZhy+QVUHVEhl27do7VBVB+uw1qAuKyOXzh/bq7gMk5bWBlPV9DWSs8p+AFmeocouuAlEoLfphzu/9j"
	"Na98gGv20BCOy19A4JnsBpjsf0QsP0eyvjNsswiYt/esFgvq52rR/7ALMc7WHwHIYtcNBhTbpJ/EsbNtcS5e"
	"azyBeWpGAiILywFWc8SZve8KjI7RkveTXAx8CyuU9hKghnDeGG7t30E38wIQM96X3O7zp0SMD4ycgUAaNQ0D"
	"Yvqd62spL0hXDkfgr5sByjZA4rog==\",timestamp=\"1795334400\",serial_no=\"408B07E79B8269"
	"FEC3D5D3E6AB8ED163A6A380DB\"",
};

static const struct golden GOLDEN_REFUND __attribute__((unused)) = {
	"POST",
	"/v3/refund/domestic/refunds",
	"{\"out_trade_no\":\"att0HZX3K9F2M7QA\",\"out_refund_no\":\"ref0HZX3K9F2M7QB\",\"reas"
	"on\":\"尺码不对\",\"amount\":{\"refund\":4,\"total\":10,\"currency\":\"CNY\"}}",
	"WECHATPAY2-SHA256-RSA2048 mchid=\"1900007291\",nonce_str=\"3535353535353535353535353"
	"5353535\",signature=\"lZ/oedN7IRdcZkthxcOyUcjxahnylobX/kEbo3WRuwL6/s73pS90YBkENrT0Td"
	"NA/K9DzftiPueMrUeujxvsUZ7ZUhQkX1V1/xuCQtp5ESsVnMZZmwceHMjE/m5OhwF5cCIL49m9Rfbjyi4h/0"
	"x/V6ehc3xz+L+/jVN965x+BKBWU5HPoQqOndXPYz9MnaNiT81OK675FlIGaCZ5cTjCYkwK77FUMD1B3/xaWr"
	"NTqqHo6iaCdmDiQ3rwbjMPC8wQ8PFJvhUZBcBB4aN5wv2jy+KZxKuXlHzozkX0DAXwcUV9N7JcPqnwX0HDEB"
	"TAxPiwmf8hLQ8Z7tA4hzwAb0fqWQ==\",timestamp=\"1795334400\",serial_no=\"408B07E79B8269"
	"FEC3D5D3E6AB8ED163A6A380DB\"",
};

static const struct golden GOLDEN_REFUND_NOTIFY __attribute__((unused)) = {
	"POST",
	"/v3/refund/domestic/refunds",
	"{\"out_trade_no\":\"att0HZX3K9F2M7QA\",\"out_refund_no\":\"ref0HZX3K9F2M7QB\",\"reas"
	"on\":\"尺码不对\",\"notify_url\":\"https://pay.example.com/notify/wechat/1/main"
	"\",\"amount\":{\"refund\":4,\"total\":10,\"currency\":\"CNY\"}}",
	"WECHATPAY2-SHA256-RSA2048 mchid=\"1900007291\",nonce_str=\"3535353535353535353535353"
	"5353535\",signature=\"UQgaygmdEFq25Pds/tPFWu+00NBZNanlkoYsRgQVyWyidZF86pqEAmzlQtSL0c"
	"UOKTNGLVjQpPNsba1KmFw15Cy/qZTweAY+R/h7/6DtN3tessHAVc+XI9di9k7SU9C8CuXnbqLnGGNGpn+swU"
	"Fuu1I0kxjmb8nsDEyUrjP1UtvhQxv72SYsZcKSm43giegXVaWI95LvFvNedQIchzm+L5kjaFMJexyhvWVxsl"
	"1KsfYBomxAoyUucsnq+VYzC6ea19X36QY4P4IHlb2fOHyAIDX7hSeRc7wH6gmKWlwi5apep00Of4bfV6GDd1"
	"b1EbBSfnXRwzCF62Zi/qAZ9wrcig==\",timestamp=\"1795334400\",serial_no=\"408B07E79B8269"
	"FEC3D5D3E6AB8ED163A6A380DB\"",
};

static const struct golden GOLDEN_REFUND_QUERY __attribute__((unused)) = {
	"GET",
	"/v3/refund/domestic/refunds/ref0HZX3K9F2M7QB",
	"",
	"WECHATPAY2-SHA256-RSA2048 mchid=\"1900007291\",nonce_str=\"3535353535353535353535353"
	"5353535\",signature=\"NkjO/jut45aMmPttCV98nqeH9/QtXsvge6jk2uMW9IjPm8Gq2/tl8f32vQSzix"
	"NsuHvG2932fAlx07nNpta+mxFANNESVt+Wo7XLFUWsM6LsIUweOriIemjdWQ461WwFb85A7e+WQZByj8IOo3"
	"xZEoSc1Dsd42ie9gBTlLiLTDCYXAZWqxJeTeY7M6Zjo9Onnn3Vs7TjWBsBm7aklWcJxJlMkwE1Wwh/IpRgLB"
	"UJiu9IzVTALZzImE5mgHWaoscTvGtpyioM8yA2dP73PTd3abFkKU0cdtNibiH3dnmEqD1vCqCPncO3E72czd"
	"c2xZMW6x1Rlvj4/NpIWLUQRK7/JQ==\",timestamp=\"1795334400\",serial_no=\"408B07E79B8269"
	"FEC3D5D3E6AB8ED163A6A380DB\"",
};

static const struct golden GOLDEN_CERTIFICATES __attribute__((unused)) = {
	"GET",
	"/v3/certificates",
	"",
	"WECHATPAY2-SHA256-RSA2048 mchid=\"1900007291\",nonce_str=\"3535353535353535353535353"
	"5353535\",signature=\"kHXzuOYtgAnyDKPOUCGLjxTgDsgcVcqKRedJQwXwe+MWvcOA+6cCtt1BxH9Xni"
	"S8K8dMmjhRt+jvUhTQkqTuCizx6M7/4JelJPwy3tj0Y/nPUm5BP5b4+w3QXM2egBbbaIEKADerCk7+wFXXgL"
	"BhEqA6qczgycJa60hv/B7Ff34ITRdkPmVBcVVKl3YvEhIBJUAHYij2+pUqOelkltGd5na8ARG9aJJTu59DEr"
	"38uqtGuPkVMkSl0hisIM6SQEj936wYvyCTEKtUEo956iTePT7NiFmavaM+dlDFiamQN/AWdm0VQwt69tWPST"
	"aUbm4LqwXiekWrg5OuyhD1v10lrQ==\",timestamp=\"1795334400\",serial_no=\"408B07E79B8269"
	"FEC3D5D3E6AB8ED163A6A380DB\"",
};

#define GOLDEN_PREPAY_ID "wx201410272009395522657a690389285100"

#define GOLDEN_FRONT_JSAPI \
	"{\"appId\":\"wx2026112216000001\",\"timeStamp\":\"1795334400\",\"nonceStr\":\"353535" \
	"35353535353535353535353535\",\"package\":\"prepay_id=wx201410272009395522657a6903892" \
	"85100\",\"signType\":\"RSA\",\"paySign\":\"IKwF5o3g5eTPCkR+d5q1sLY0RA04TZFMHD7VfpyUM" \
	"IfVO89sqYDwwok/UVsKECrkY+Cf78Tp69VARBN7W7Z6RiLXnfapHx+VfkvXopEAQka3HzTnb7/TpMYBwoZDb" \
	"VCt5Kw45gmSnuJocDcO9UyKhH6VWDJVW4kJ/Pj1RbM5a+yRfE570X3SIeTk0MDfgfHFtg8AtYDK3Y27xXqcq" \
	"mgm41z/bBIj/eSJCQbvcYCRkvmRSMSF1Wu2tMjfanYLMOZhinReS2lwdiZn/bfUy01FZI58rEUvwTnIaPMXE" \
	"s12A52xU7i3qPDNApuvvsC6tUiTfTFY52Bq1ohO+K+4FrKesw==\"}"

#define GOLDEN_FRONT_MINI \
	"{\"appId\":\"wx2026112216000002\",\"timeStamp\":\"1795334400\",\"nonceStr\":\"353535" \
	"35353535353535353535353535\",\"package\":\"prepay_id=wx201410272009395522657a6903892" \
	"85100\",\"signType\":\"RSA\",\"paySign\":\"Epu4dB90U+xijWNcwcP4I9XTfHNSkPFsyw1igT39d" \
	"YRAGlGMBzIJPCWcjoIuw97eoE82izPvW3cTbgH9XRPq3FvVNTVfEgktCvsIAHhS+rUUWCGimXrRePGGmKysg" \
	"+6ARJ1W7tDG7O4StjayMUNt6yEb77jZqgHvuxoXXWIO0UR0aDj78MeC9gaUcZKigrlCEgITudLEj0BNWcLJE" \
	"KZkf2Cq8n2OMAMl6KSCvf48hGjqqk7+NiblrBUstP5RJ/rU53WmnRGSEfvLaJmrlfbrKB7zFmJyfJKiY5mIQ" \
	"WMBi0XiJtckG8Q02FtK/Z+yIwZb8i+fkZzMPsXaQlLb2NguyQ==\"}"

#define GOLDEN_FRONT_APP \
	"{\"appid\":\"wx2026112216000003\",\"partnerid\":\"1900007291\",\"prepayid\":\"wx2014" \
	"10272009395522657a690389285100\",\"package\":\"Sign=WXPay\",\"noncestr\":\"353535353" \
	"53535353535353535353535\",\"timestamp\":\"1795334400\",\"sign\":\"FsIyvP1ngWeQTHPlOp" \
	"WRzoNAKTmIJTQ2wOvkET09okALmb5IRCPZ7+FGfrj92L62wzNPxNv1CEopg0N1c1ucS2qVAPA/iNN7ARqXxa" \
	"4WJKeHnIyK669yV70NOtuWj7j9AtDHHPmRq+9cSbEH+nZhNz5Qz3qCnvjVqFJ35DU/8MyM0i6MbI6QHvLZao" \
	"LDKhuLGa4KcZOAaZymNm9GFOeZ9BwJ146uu1p+Ow9YYGBgRAPkvTtkOPbpMpglnuyXufMgvCoREV3rccHBAj" \
	"UVfo3fMFxnZ6Kk0sjxhDw+tQhYVlAKTrF89IspuwKbvtPLLDzU1AgHBEN4J1vxq0YifDDDAQ==\"}"
/* clang-format on */
