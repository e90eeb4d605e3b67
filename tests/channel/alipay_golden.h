/* alipay_golden.h - every request byte for byte, made by hand from Alipay's documents and signed
 * with `openssl dgst -sha256 -sign keys/app.pem`, not by the program under test.
 */
#pragma once

/* clang-format off */
/* MD5 of issuer and decimal serial, by openssl x509 and md5sum. */
#define GOLDEN_APP_SN "144072005a91086459f99a81164f2655"
#define GOLDEN_ALIPAY_SN "e05ce2a1ffd27048cf43b830274e2cb3"
#define GOLDEN_ROOT_SNS "53e692bdff1802edcceb2c14a77b5951"

#define GOLDEN_QR \
	"app_id=2021000000000001&biz_content=%7B%22out_trade_no%22%3A%22att0HZX3K9F2M7QA%22%2" \
	"C%22total_amount%22%3A%220.10%22%2C%22subject%22%3A%22%E6%B5%8B%E8%AF%95%20%3CTea%3E" \
	"%20%5C%22A%5C%22%20B%22%2C%22product_code%22%3A%22FACE_TO_FACE_PAYMENT%22%2C%22time_" \
	"expire%22%3A%222026-11-22%2018%3A00%3A00%22%7D&format=JSON&method=alipay.trade.precr" \
	"eate&notify_url=https%3A%2F%2Fpay.example.com%2Fnotify%2Falipay%2F1%2Fmain&sign_type" \
	"=RSA2&timestamp=2026-11-22%2016%3A00%3A00&version=1.0&sign=l8tLUB90Rr5HGK8jR5tkMnApe" \
	"IF2v12Nkn6Dqjq%2BocgN39sYvQmRjugZ%2BHqB25FTJGKZgTWbWeYSQStOxaBC1gofUr1f3YoY4xSXlM%2F" \
	"dSXPd6YePfsatYun8A8%2BU9xP5uJ5dfLwIWIgoIhRTYzcUAC2wEM%2F7Ep4lUE9hpXQO9YAalCO1qLi77Ne" \
	"m9aNp40TZrPpqrsZMI3aIYaRDRqaPdhjvKn4O5l5Juw9njy%2FMqzjt2lOljFHHaXv1rs3MOCcZGm7QkjYjN" \
	"AquL5%2FIGxKJqUL6PR32Q8dACqcz9Kq1K2iLPeWWMwWk%2Fuyz44cq7IHzFTjnTmwml4j7a510Sbk4IA%3D" \
	"%3D"

#define GOLDEN_QR_CERT \
	"alipay_root_cert_sn=53e692bdff1802edcceb2c14a77b5951&app_cert_sn=144072005a91086459f" \
	"99a81164f2655&app_id=2021000000000001&biz_content=%7B%22out_trade_no%22%3A%22att0HZX" \
	"3K9F2M7QA%22%2C%22total_amount%22%3A%220.10%22%2C%22subject%22%3A%22%E6%B5%8B%E8%AF%" \
	"95%20%3CTea%3E%20%5C%22A%5C%22%20B%22%2C%22product_code%22%3A%22FACE_TO_FACE_PAYMENT" \
	"%22%2C%22time_expire%22%3A%222026-11-22%2018%3A00%3A00%22%7D&format=JSON&method=alip" \
	"ay.trade.precreate&sign_type=RSA2&timestamp=2026-11-22%2016%3A00%3A00&version=1.0&si" \
	"gn=Taw7uPbRAqApNpiy8ZUsfegJ%2B993dapdkhFERkPVP13Wi%2FyZ1A3LX1EEwgThcJapfc0JMJjJlEFG5" \
	"9L4FFS4zDXwX6fvGekvH45YIIsfbpIIv5eLW50VsqbdfklpGncZxjRjg36hiRlXAG5McoaxAvcW8aVYilnRE" \
	"cBR9vnLkqSPT3Ci6nW8bl9eMx8SjfGFdhwPRV8fNnmHmwOlTnRMm9Z4MEftDbFAOHlu3%2F2uSieKuDpjEr3" \
	"0gvaOl4tKsUg8blUpL424LRQpmyYZ8rtfnoqTRR8EdFnOI%2BzgLSFkzJYKzjTykCwZkfGJFl4TYNT20XF4%" \
	"2B%2FLz4Nz09NvYfsIIQw%3D%3D"

#define GOLDEN_PAGE_URL \
	"https://openapi-sandbox.dl.alipaydev.com/gateway.do?app_id=2021000000000001&biz_cont" \
	"ent=%7B%22out_trade_no%22%3A%22att0HZX3K9F2M7QA%22%2C%22total_amount%22%3A%220.10%22" \
	"%2C%22subject%22%3A%22%E6%B5%8B%E8%AF%95%20%3CTea%3E%20%5C%22A%5C%22%20B%22%2C%22pro" \
	"duct_code%22%3A%22FAST_INSTANT_TRADE_PAY%22%2C%22time_expire%22%3A%222026-11-22%2018" \
	"%3A00%3A00%22%7D&charset=utf-8&format=JSON&method=alipay.trade.page.pay&notify_url=h" \
	"ttps%3A%2F%2Fpay.example.com%2Fnotify%2Falipay%2F1%2Fmain&return_url=https%3A%2F%2Fp" \
	"ay.example.com%2Freturn%2Falipay&sign_type=RSA2&timestamp=2026-11-22%2016%3A00%3A00&" \
	"version=1.0&sign=kNvJTQWlPdf2uMIYhTuJ1WObn3edY5IcCLVvoWq9tHo7St7yydyM0EKnanrEX56f5uv" \
	"yDTAMODjDDYKosgQ%2FK2Ixvo0ibhM3415z0CVTpcm%2FKREygarfDEvAZmqy0n1gDSAP5uk5%2FgwYO7jUq" \
	"Z633OwcM9Pkzdfxn2YjDnL4LdjgDpURQsAYgZw%2BVJ9AaVjLTpn6lqMdUKPDkBLMJTJrHSVCX49TVFL3r3h" \
	"plmiNCEdgSUGhX9EtBZnxqSiWJknIQekdg0KaaUf%2B9dFNYcsYJc0AD5zUurA1M7a%2BBEnp7wYl7nE9dbI" \
	"tGh3%2BXkXzu17hcUO5lx2Kp5cfY7eUhScsHw%3D%3D"

#define GOLDEN_PAGE_FORM \
	"<form id=\"alipay\" method=\"post\" action=\"https://openapi-sandbox.dl.alipaydev.co" \
	"m/gateway.do?charset=utf-8\">\n" \
	"<input type=\"hidden\" name=\"app_id\" value=\"2021000000000001\">\n" \
	"<input type=\"hidden\" name=\"biz_content\" value=\"{&quot;out_trade_no&quot;:&quot;" \
	"att0HZX3K9F2M7QA&quot;,&quot;total_amount&quot;:&quot;0.10&quot;,&quot;subject&quot;" \
	":&quot;测试 &lt;Tea&gt; \\&quot;A\\&quot; B&quot;,&quot;product_code&quot;:&quot;FAS" \
	"T_INSTANT_TRADE_PAY&quot;,&quot;time_expire&quot;:&quot;2026-11-22 18:00:00&quot;}\"" \
	">\n" \
	"<input type=\"hidden\" name=\"format\" value=\"JSON\">\n" \
	"<input type=\"hidden\" name=\"method\" value=\"alipay.trade.page.pay\">\n" \
	"<input type=\"hidden\" name=\"notify_url\" value=\"https://pay.example.com/notify/al" \
	"ipay/1/main\">\n" \
	"<input type=\"hidden\" name=\"return_url\" value=\"https://pay.example.com/return/al" \
	"ipay\">\n" \
	"<input type=\"hidden\" name=\"sign_type\" value=\"RSA2\">\n" \
	"<input type=\"hidden\" name=\"timestamp\" value=\"2026-11-22 16:00:00\">\n" \
	"<input type=\"hidden\" name=\"version\" value=\"1.0\">\n" \
	"<input type=\"hidden\" name=\"sign\" value=\"kNvJTQWlPdf2uMIYhTuJ1WObn3edY5IcCLVvoWq" \
	"9tHo7St7yydyM0EKnanrEX56f5uvyDTAMODjDDYKosgQ/K2Ixvo0ibhM3415z0CVTpcm/KREygarfDEvAZmq" \
	"y0n1gDSAP5uk5/gwYO7jUqZ633OwcM9Pkzdfxn2YjDnL4LdjgDpURQsAYgZw+VJ9AaVjLTpn6lqMdUKPDkBL" \
	"MJTJrHSVCX49TVFL3r3hplmiNCEdgSUGhX9EtBZnxqSiWJknIQekdg0KaaUf+9dFNYcsYJc0AD5zUurA1M7a" \
	"+BEnp7wYl7nE9dbItGh3+XkXzu17hcUO5lx2Kp5cfY7eUhScsHw==\">\n" \
	"<noscript><button>支付宝 Alipay</button></noscript>\n" \
	"</form>\n" \
	"<script>document.getElementById(\"alipay\").submit()</script>\n"

#define GOLDEN_WAP_URL \
	"https://openapi-sandbox.dl.alipaydev.com/gateway.do?app_id=2021000000000001&biz_cont" \
	"ent=%7B%22out_trade_no%22%3A%22att0HZX3K9F2M7QA%22%2C%22total_amount%22%3A%220.10%22" \
	"%2C%22subject%22%3A%22%E6%B5%8B%E8%AF%95%20%3CTea%3E%20%5C%22A%5C%22%20B%22%2C%22pro" \
	"duct_code%22%3A%22QUICK_WAP_WAY%22%2C%22time_expire%22%3A%222026-11-22%2018%3A00%3A0" \
	"0%22%7D&charset=utf-8&format=JSON&method=alipay.trade.wap.pay&notify_url=https%3A%2F" \
	"%2Fpay.example.com%2Fnotify%2Falipay%2F1%2Fmain&sign_type=RSA2&timestamp=2026-11-22%" \
	"2016%3A00%3A00&version=1.0&sign=JgiwfNX4FHsV8CqJ3cBikpTngwD5E%2FKap0qi8N%2BX5KQVDaek" \
	"ECCtF1a4Um1j%2BkomHo%2Fci68M2ON6Tyg2ElFF%2FG%2BxzHUaNwPxKT3d0RViLyrNzRZ%2FxGafX%2BiE" \
	"Htd1DCBV1tmsV%2BQDwi7wBWs9yDVjaR1linksxIKfD5n446pi4vNK%2FQRgRfevkxYjk%2BYR08sUxEt%2F" \
	"zyBGX%2BIM7BjOvc07jf9ySPHbMebaPxJBs9fVH7lQB2egzX%2BO%2Bce45oIomyeVQbqx%2FvGSLCHMViUX" \
	"kS%2BMurm%2Beb8xkPiEpZqMjAqQR%2F32vRHsCOkbz%2FjnZX7wbGJ%2BVgWYh%2B4w7%2B7%2BwuXPfS4r" \
	"Gg%3D%3D"

#define GOLDEN_APP \
	"app_id=2021000000000001&biz_content=%7B%22out_trade_no%22%3A%22att0HZX3K9F2M7QA%22%2" \
	"C%22total_amount%22%3A%220.10%22%2C%22subject%22%3A%22%E6%B5%8B%E8%AF%95%20%3CTea%3E" \
	"%20%5C%22A%5C%22%20B%22%2C%22product_code%22%3A%22QUICK_MSECURITY_PAY%22%2C%22time_e" \
	"xpire%22%3A%222026-11-22%2018%3A00%3A00%22%7D&charset=utf-8&format=JSON&method=alipa" \
	"y.trade.app.pay&notify_url=https%3A%2F%2Fpay.example.com%2Fnotify%2Falipay%2F1%2Fmai" \
	"n&sign_type=RSA2&timestamp=2026-11-22%2016%3A00%3A00&version=1.0&sign=G2lwW%2B9UUnJM" \
	"sv5yfZniFjua7iOvGedZX%2BcjV5Qw9%2Fb1SJAd7gGKv5CVAZTpkePtdAbQ3HlE9mu5pLF%2F78OMsC30MI" \
	"iOMV%2F4lrUS0pwA7IOFbNdrnTOm7JhfN0Q%2BaqFbRN78DFw4r7gJyuJMYIVstVzWANCKSPrHd5LHBVYcGQ" \
	"%2F7ipVBJ4OwwSkaKCF%2Bikv%2Bmf6V283YQn84iG7IXYfCoUlIU1BqOT%2BP5vqOhoyfLaA0CHpBmPd%2F" \
	"%2B9RxL55VsxRfkscVrXB%2FrsMcARtp4floqzwi5MyLuUhWqf2ndL8tarx1HtBrzLX%2FpaRS2tzucHQd2r" \
	"BEKVw%2Fw9Oucxc%2BS766vw%3D%3D"

#define GOLDEN_JSAPI_USER \
	"app_id=2021000000000001&biz_content=%7B%22out_trade_no%22%3A%22att0HZX3K9F2M7QA%22%2" \
	"C%22total_amount%22%3A%220.10%22%2C%22subject%22%3A%22%E6%B5%8B%E8%AF%95%20%3CTea%3E" \
	"%20%5C%22A%5C%22%20B%22%2C%22product_code%22%3A%22JSAPI_PAY%22%2C%22time_expire%22%3" \
	"A%222026-11-22%2018%3A00%3A00%22%2C%22op_app_id%22%3A%222021000000000001%22%2C%22buy" \
	"er_id%22%3A%222088000000000001%22%7D&format=JSON&method=alipay.trade.create&notify_u" \
	"rl=https%3A%2F%2Fpay.example.com%2Fnotify%2Falipay%2F1%2Fmain&sign_type=RSA2&timesta" \
	"mp=2026-11-22%2016%3A00%3A00&version=1.0&sign=K08ZaenpPAdj%2BZJxpE3gdh37bjBWfdwXVwHK" \
	"wetDKoWBsbBz6%2BAku0YRqBE%2BqeyuntwMXeMLaevZkM%2Fs0h3GoLE8oJkuDAMuI5Cg%2FuHGfUsXBMnK" \
	"mevj4kmKTaJit0UjkRSm%2B%2BYEOLRm75KsJ%2Bi4wsdjXg%2BLRgvSPYQ4ZDwNLS5%2BHwIccpsMjTMqMg" \
	"g2IZRkZY7UmeH2aOymwK77rkTLttNwLqJp4SqlA9hmsZzgd3PF%2FScSDlCd%2FZMhGeSSNyDrYqncyM5%2B" \
	"2t%2FFbogqm2ajj4V0cUZkTmYl%2BTXAZ7AvuDaCafTIL6qQa%2FC%2BkR3C8UA%2FyNBNzxBSgxIdfyinjZ" \
	"qUww%3D%3D"

#define GOLDEN_JSAPI_OPEN \
	"app_id=2021000000000001&biz_content=%7B%22out_trade_no%22%3A%22att0HZX3K9F2M7QA%22%2" \
	"C%22total_amount%22%3A%220.10%22%2C%22subject%22%3A%22%E6%B5%8B%E8%AF%95%20%3CTea%3E" \
	"%20%5C%22A%5C%22%20B%22%2C%22product_code%22%3A%22JSAPI_PAY%22%2C%22time_expire%22%3" \
	"A%222026-11-22%2018%3A00%3A00%22%2C%22op_app_id%22%3A%222021000000000001%22%2C%22buy" \
	"er_open_id%22%3A%22074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5%22%7D&format=JSON" \
	"&method=alipay.trade.create&notify_url=https%3A%2F%2Fpay.example.com%2Fnotify%2Falip" \
	"ay%2F1%2Fmain&sign_type=RSA2&timestamp=2026-11-22%2016%3A00%3A00&version=1.0&sign=Xa" \
	"pt8WJKeEpX5O96S2Cs5DXFTtwNs7QCKDPMfH7sWM4RoReHSL1GK5N%2B5DYtUt7w8fbIad5%2FMzffbmerCp" \
	"VqHcTRy3fghBiKwrGjRSHt%2FQ2hxBwgco7GYhQ59ERV6ZPlhtt4%2F6bGA%2BepGDmelWjHU509EwEdhOCa" \
	"ruFhXSrauS90UhkFk%2F9IWKbjhQe1gK3miLwXIzPSxX48%2F7UlXj%2BZRbIKjdxVEEEHAVJDylTsQdfKmW" \
	"cgffs2p2Avr6CGMEok0o4SOmwDVbO3Iyxr5Y4s9lzS1dnGG3xqVFXrozjHN5XYEt1EJl3ZRyCSIikt%2FpSN" \
	"UfnSNtkfwuV4qS70M3iU2Q%3D%3D"

#define GOLDEN_BARCODE \
	"app_id=2021000000000001&biz_content=%7B%22out_trade_no%22%3A%22att0HZX3K9F2M7QA%22%2" \
	"C%22total_amount%22%3A%220.10%22%2C%22subject%22%3A%22%E6%B5%8B%E8%AF%95%20%3CTea%3E" \
	"%20%5C%22A%5C%22%20B%22%2C%22product_code%22%3A%22FACE_TO_FACE_PAYMENT%22%2C%22time_" \
	"expire%22%3A%222026-11-22%2018%3A00%3A00%22%2C%22scene%22%3A%22bar_code%22%2C%22auth" \
	"_code%22%3A%2228763443825664394%22%7D&format=JSON&method=alipay.trade.pay&notify_url" \
	"=https%3A%2F%2Fpay.example.com%2Fnotify%2Falipay%2F1%2Fmain&sign_type=RSA2&timestamp" \
	"=2026-11-22%2016%3A00%3A00&version=1.0&sign=BXGn58k6GtaLrEVXXgcrKBrhW5ROqF9DkSMYrbnt" \
	"wnrXrSs5d%2BzD1pvcVrUu8hlD30Pe3tK0paQrXI6VAgZnowaw7H6O8bug6xTcNHlqbBihbDelnXroq9Ryj3" \
	"PBMcXXKsyqRMeeWgF9xPFKWW6f23lLz629zJqQt4Xyq1DXKBq7ziwu4tvE%2F1P3BCLhyemVRh99n%2BFU7%" \
	"2FmttU8xDFu4mVE1z5SC%2B4pRGzUp5oyrQC5e1nuKh7Uewq%2FJmpcoHgx6Fa%2BjDpddnyYsN6XeB7FCc2" \
	"TjGwd%2FXF8zMI%2BdXvFCEcA5UO%2BUbglD7XPBd0huZtgpQBo0WA%2FLhfx0U4LsjZOLiw%3D%3D"

#define GOLDEN_QUERY \
	"app_id=2021000000000001&biz_content=%7B%22out_trade_no%22%3A%22att0HZX3K9F2M7QA%22%7" \
	"D&format=JSON&method=alipay.trade.query&sign_type=RSA2&timestamp=2026-11-22%2016%3A0" \
	"0%3A00&version=1.0&sign=o4o2MViUER5elKndFBenRnMcbaGdlgHrn0Bj%2Fm8b8HowqPuitWsDcjVOUL" \
	"7pTD0yzeTjFsz%2BMKHm8Ib8kGupJJpltgXwEc4DHoz2dygcLypbAb4cIRcSHor%2FxEmki6gMrW0dmDtAWh" \
	"ix0Hd575s%2BIUMUEVJwNChjinfre2Q%2Fc235cOj199dBHMkMlKd5PaRs4qgQwS2U%2B0whbLQuw4JNOeCy" \
	"JJz1XPErmGzD%2FevuH38oenFpLsgemS11mSMt7xuWt88cWRNYduUeDTO%2FUjn5nJ3eJNrAh2XlRA1tMlvK" \
	"k3mBKsfOWyh4J3dxLzZV1F2vgVP8h03WDe4boIPYBIMrMQ%3D%3D"

#define GOLDEN_CLOSE \
	"app_id=2021000000000001&biz_content=%7B%22out_trade_no%22%3A%22att0HZX3K9F2M7QA%22%7" \
	"D&format=JSON&method=alipay.trade.close&sign_type=RSA2&timestamp=2026-11-22%2016%3A0" \
	"0%3A00&version=1.0&sign=F%2BSefwaT6OqHH8%2BlJ3khf%2F1D0jpknytZ9Yh%2Bw66URXk7w%2FoerA" \
	"uJdZ2TliBUIyKxUG8I29pWYm7fXFWPcJON84E0kWlIv%2FYen8Ao3GtEDbSefk1CylTpwOV51Hyb%2F6WpAV" \
	"ucUyxglBAYafpZCpjVdqcwRJ5Oy8Qk4w%2Bhcb%2B%2FaREwlucB%2Bkz0RZKcZTsbChds%2FF%2BXQ%2B6A" \
	"NEW%2Bd7Vwqu4G0bwAmJlITVWgkY4NqLbqw%2F4exZxJGOFnb17WtlDGOtGUEnQRhizZ9njVxJl%2BXwdqAr" \
	"YiXabr0KKiHE%2BMApo6zOgZTfjWCIuKlgMhNDo2V2UUq%2BqFU131vxGo%2FHuxjemn6A%3D%3D"

#define GOLDEN_CANCEL \
	"app_id=2021000000000001&biz_content=%7B%22out_trade_no%22%3A%22att0HZX3K9F2M7QA%22%7" \
	"D&format=JSON&method=alipay.trade.cancel&sign_type=RSA2&timestamp=2026-11-22%2016%3A" \
	"00%3A00&version=1.0&sign=RqxyPZf%2BL5%2Bdn15RNTba0D1Bucb748dACxWL11MP3P18NJrOYLP59L0" \
	"1F5s74YjapckUgqoQKWSsvVKbzr82adIwR%2FlX7VO%2FfHcKKUjRJ83KdZZPo0kRiUVrjIaheOgq6qEognM" \
	"rEw9nhAo6ZG8aSDV9WPPSxvId%2FiWMyxr2YjGMLNENMR%2B5kYt06GpPQRTHaIK%2F%2FrJZ9BAcuga1kwN" \
	"VLPAb%2FvAldXkItJ9IL1vjRcWmKW0ZYeQ%2FtjMy8L%2BuhBddPiX0vBvOqbpHA73IxQwud88pNKlyo3MvJ" \
	"cj32zSmdcEd9OgSoRtclzUbNu0OZm%2BXqtGCChRvxfEMT0KL6PyE%2Fw%3D%3D"

#define GOLDEN_REFUND \
	"app_id=2021000000000001&biz_content=%7B%22out_trade_no%22%3A%22att0HZX3K9F2M7QA%22%2" \
	"C%22refund_amount%22%3A%220.04%22%2C%22out_request_no%22%3A%22ref0HZX3K9F2M7QB%22%2C" \
	"%22refund_reason%22%3A%22%E5%B0%BA%E7%A0%81%E4%B8%8D%E5%AF%B9%22%7D&format=JSON&meth" \
	"od=alipay.trade.refund&sign_type=RSA2&timestamp=2026-11-22%2016%3A00%3A00&version=1." \
	"0&sign=Kv6F7%2Blp7TPhllhTqh2yDxmldKLlWU39lH%2Flys2Xw8dkYNswqzewCQEP4U9kAOsj8aAu9NkZX" \
	"nSNq9tugc2NW%2FuM1reKrRVRiWswBA%2BAj4bVSw0onYDI6LH%2FLEPA3a8WmZiuGM%2BEcA9Ew6pp3zhe%" \
	"2Ba4cUgb3jVHVfSy4oGlXu2OfxBUgg2%2FMWrusYAUCCGKBdU09%2FM7oAEDn2QwxAJHIb3VkUEBEbYdT5BE" \
	"DiLTbUrIDzNRbDkYbK1qcxqQgWdkwt9Et%2F3FNcIkFpPsLrkfrY5rE6bYbl0c33bV1qUMOxD9g5yD3l%2B7" \
	"DRDLFXDOjrkPoHzjRIGkbEyJYcbDFNSRSDg%3D%3D"

#define GOLDEN_REFUND_QUERY \
	"app_id=2021000000000001&biz_content=%7B%22out_trade_no%22%3A%22att0HZX3K9F2M7QA%22%2" \
	"C%22out_request_no%22%3A%22ref0HZX3K9F2M7QB%22%2C%22query_options%22%3A%5B%22gmt_ref" \
	"und_pay%22%5D%7D&format=JSON&method=alipay.trade.fastpay.refund.query&sign_type=RSA2" \
	"&timestamp=2026-11-22%2016%3A00%3A00&version=1.0&sign=AuhgmH4bHxYwmFQTS2TlZ3V8sGKS2Q" \
	"oJ8PQRmk4zCh1fdoTvD6IgCqa2ZRLYeKOOX8h9X3Nb30eKszAPx67NcmTkkKoSHCT9k02Vj73ZwT4SFO4Md6" \
	"7fdb334eqZa0ccVuhf9JcIRcQ5Q0TxW5%2B3VccZobmkaEoHouFqIPx67Buc6Z8dHGVdgKUdvT6lWJHJ1UB5" \
	"Gur8x6EKI6Z0xXhSyJhBlwmun2iJ%2B%2F9zPr32nkyD7g%2FsEMHYCV%2BuCUQWl7yINw2yKEQm9NCxOmMB" \
	"mPGsG0fGhTyBVZO0sEdd1AqxtdkWIuarIDM9zjhuHC2QnzIUnXm4mYVfS3dJA5YA3epHTQ%3D%3D"
/* clang-format on */
