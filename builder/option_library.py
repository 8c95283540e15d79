"""Ready option sets in both languages, for what customer records ask again and again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builder.edits.made import next_color
from runtime.words import Words, read

Line = tuple[str, str, str]


@dataclass(frozen=True)
class OptionSet:
    """One list of choices; `lines` are key, Chinese, English, and `colors` where they mean something."""

    key: str
    label: Words
    lines: tuple[Line, ...]
    colors: tuple[str, ...] = ()

    def options(self) -> list[dict[str, Any]]:
        """The choices as a field holds them."""
        made: list[dict[str, Any]] = []
        for at, (const, zh, en) in enumerate(self.lines):
            color = self.colors[at] if self.colors else next_color([each["color"] for each in made])
            made.append({"const": const, "label": {"zh": zh, "en": en}, "color": color, "retired": False})
        return made


def _lines(text: str) -> tuple[Line, ...]:
    return tuple(_line(row) for row in text.strip().replace(";", "\n").splitlines())


def _line(row: str) -> Line:
    const, zh, en = (part.strip() for part in row.split("|"))
    return const, zh, en


NORTH = _lines("""
beijing|北京|Beijing
tianjin|天津|Tianjin
hebei|河北|Hebei
shanxi|山西|Shanxi
inner_mongolia|内蒙古|Inner Mongolia
liaoning|辽宁|Liaoning
jilin|吉林|Jilin
heilongjiang|黑龙江|Heilongjiang
shandong|山东|Shandong
henan|河南|Henan
shaanxi|陕西|Shaanxi
gansu|甘肃|Gansu
qinghai|青海|Qinghai
ningxia|宁夏|Ningxia
xinjiang|新疆|Xinjiang
""")
SOUTH = _lines("""
shanghai|上海|Shanghai
jiangsu|江苏|Jiangsu
zhejiang|浙江|Zhejiang
anhui|安徽|Anhui
fujian|福建|Fujian
jiangxi|江西|Jiangxi
hubei|湖北|Hubei
hunan|湖南|Hunan
guangdong|广东|Guangdong
guangxi|广西|Guangxi
hainan|海南|Hainan
chongqing|重庆|Chongqing
sichuan|四川|Sichuan
guizhou|贵州|Guizhou
yunnan|云南|Yunnan
tibet|西藏|Tibet
hong_kong|香港|Hong Kong
macao|澳门|Macao
taiwan|台湾|Taiwan
""")
# North and south as a customer code has them: N and S.
PROVINCE_LETTERS = {const: "N" for const, _zh, _en in NORTH} | {const: "S" for const, _zh, _en in SOUTH}

SETS: tuple[OptionSet, ...] = (
    OptionSet("ownership", Words("所有制", "Ownership"), _lines("""
state|国有|State-owned
collective|集体|Collective
private|民营|Private
individual|个体|Sole trader
shareholding|股份制|Share-holding
joint_venture|合资|Joint venture
foreign|外资|Foreign-owned
public_body|事业单位|Public institution
other|其他|Other
""")),
    OptionSet("store_nature", Words("门店性质", "Nature of the store"), _lines("""
wholesale|批发|Wholesale
retailer|零售|Retailer
agency|代理|Agency
franchise|加盟|Franchise
chain|连锁|Chain
exclusive|专卖|Exclusive
""")),
    OptionSet("site", Words("店址类型", "Site"), _lines("""
business_centre|商业中心|Business centre
transport_hub|交通枢纽|Transport hub
residential|居民区|Residential area
school_area|学校周边|Near a school
office_area|写字楼|Office area
other|其他|Other
""")),
    OptionSet("industry", Words("行业", "Industry"), _lines("""
retail|零售批发|Retail and wholesale
catering|餐饮|Catering
manufacturing|制造|Manufacturing
construction|建筑地产|Construction and property
technology|信息技术|Information technology
finance|金融保险|Finance and insurance
education|教育培训|Education and training
health|医疗健康|Health care
logistics|物流运输|Logistics
tourism|旅游酒店|Travel and hotels
media|文化传媒|Culture and media
agriculture|农林牧渔|Agriculture
energy|能源化工|Energy and chemicals
service|商务服务|Business services
public|政府与公共事业|Public sector
other|其他|Other
""")),
    OptionSet("company_size", Words("公司规模", "Company size"), _lines("""
s1|20 人以下|Fewer than 20
s2|20–99 人|20 to 99
s3|100–499 人|100 to 499
s4|500–999 人|500 to 999
s5|1000 人以上|1,000 or more
""")),
    OptionSet("customer_type", Words("客户类型", "Customer type"), _lines("enterprise|企业|Enterprise; individual|个人|Individual; wholesale|批发|Wholesale; retail|零售|Retail")),
    OptionSet("customer_grade", Words("客户等级", "Customer grade"), _lines("a|A 级|Grade A; b|B 级|Grade B; c|C 级|Grade C; d|D 级|Grade D")),
    OptionSet("importance", Words("重要程度", "Importance"), _lines("h|高价值|High value; n|普通|Normal")),
    OptionSet("lifecycle", Words("客户阶段", "Customer stage"), _lines("""
new|新客户|New
potential|潜在客户|Potential
intending|意向客户|Intending
active|成交客户|Active
loyal|老客户|Loyal
sleeping|沉睡客户|Sleeping
lost|流失客户|Lost
""")),
    OptionSet("source", Words("来源渠道", "Source channel"), _lines("""
online|线上广告|Online advertising
search|搜索|Search
social|社交媒体|Social media
referral|老客户介绍|Referral
exhibition|展会|Exhibition
visit|上门拜访|Visit
phone|电话|Phone
walk_in|自己找来|Walk-in
agent|代理商|Agent
other|其他|Other
""")),
    OptionSet("channel", Words("销售渠道", "Sales channel"), _lines("online|线上|Online; offline|线下|Offline; agent|代理|Agent; direct|直销|Direct")),
    OptionSet("north_south", Words("南方和北方", "North and south"), (
        ("n", "北方", "North"), ("s", "南方", "South")), ("dian", "cheng")),
    OptionSet("province", Words("省份（先北后南）", "Province (north, then south)"), NORTH + SOUTH,
              ("dian",) * len(NORTH) + ("cheng",) * len(SOUTH)),
    OptionSet("education", Words("学历", "Education"), _lines("""
primary|小学|Primary school
junior|初中|Junior secondary
senior|高中或中专|Senior secondary
college|大专|Junior college
bachelor|本科|Bachelor
master|硕士|Master
doctor|博士|Doctor
""")),
    OptionSet("gender", Words("性别", "Gender"), _lines("male|男|Male; female|女|Female; untold|不便说明|Rather not say")),
    OptionSet("age_band", Words("年龄段", "Age band"), _lines("""
a18|18 岁以下|Under 18
a25|18–25 岁|18 to 25
a35|26–35 岁|26 to 35
a45|36–45 岁|36 to 45
a60|46–60 岁|46 to 60
a99|60 岁以上|Over 60
""")),
    OptionSet("occupation", Words("职业", "Occupation"), _lines("""
employee|公司职员|Employee
manager|企业管理|Manager
owner|个体经营|Business owner
civil_servant|公务员|Civil servant
teacher|教师|Teacher
medical|医护|Medical staff
worker|工人|Worker
farmer|务农|Farmer
student|学生|Student
retired|退休|Retired
freelance|自由职业|Freelance
other|其他|Other
""")),
    OptionSet("marital_status", Words("婚姻状况", "Marital status"), _lines("single|未婚|Single; married|已婚|Married; divorced|离异|Divorced; widowed|丧偶|Widowed")),
    OptionSet("payment_terms", Words("付款方式", "Payment terms"), _lines("""
prepaid|款到发货|Prepaid
cod|货到付款|Cash on delivery
n30|月结 30 天|Net 30 days
n60|月结 60 天|Net 60 days
n90|月结 90 天|Net 90 days
instalments|分期|Instalments
""")),
    OptionSet("payment_method", Words("支付方式", "Payment method"), _lines("""
wechat|微信支付|WeChat Pay
alipay|支付宝|Alipay
card|银行卡|Bank card
transfer|对公转账|Bank transfer
cash|现金|Cash
other|其他|Other
""")),
    OptionSet("invoice", Words("发票类型", "Invoice type"), _lines("none|不开票|None; ordinary|普通发票|Ordinary invoice; special|增值税专用发票|Special VAT invoice")),
    OptionSet("delivery", Words("配送方式", "Delivery"), _lines("""
own|自己送货|Our own delivery
express|快递|Express
freight|物流|Freight
pickup|上门自提|Pick-up
cold_chain|冷链|Cold chain
""")),
    OptionSet("contact_way", Words("联系方式偏好", "Preferred contact"), _lines("""
phone|电话|Phone
wechat|微信|WeChat
message|短信|Text message
email|邮件|Email
visit|上门|Visit
""")),
    OptionSet("contact_role", Words("联系人角色", "Role of the contact"), _lines("""
decides|拍板的人|Decision maker
buys|采购|Buyer
uses|使用的人|User
finance|财务|Finance
technical|技术|Technical
""")),
    OptionSet("intention", Words("购买意向", "Intention to buy"), _lines("strong|很想买|Strong; fair|有兴趣|Fair; weak|观望|Weak; none|没有意向|None")),
    OptionSet("satisfaction", Words("满意度", "Satisfaction"), _lines("""
s5|很满意|Very satisfied
s4|满意|Satisfied
s3|一般|Neither
s2|不满意|Dissatisfied
s1|很不满意|Very dissatisfied
""")),
    OptionSet("priority", Words("紧急程度", "Priority"), _lines("high|紧急|High; normal|一般|Normal; low|不急|Low")),
    OptionSet("weekday", Words("星期", "Day of the week"), _lines("""
mon|周一|Monday
tue|周二|Tuesday
wed|周三|Wednesday
thu|周四|Thursday
fri|周五|Friday
sat|周六|Saturday
sun|周日|Sunday
""")),
)  # fmt: skip


def find(key: str) -> OptionSet | None:
    """A ready set by its key."""
    return next((each for each in SETS if each.key == key), None)


def previews(lang: str) -> Iterator[tuple[str, str, str]]:
    """Every ready set: key, name, and its first choices."""
    for each in SETS:
        yield each.key, each.label.say(lang), first(each.options(), lang)


def first(options: Sequence[Mapping[str, Any]], lang: str) -> str:
    """The first choices of a list in words."""
    shown = [read(option["label"], lang) for option in options[:5]]
    return ("、" if lang == "zh" else ", ").join(shown) + (" …" if len(options) > len(shown) else "")
