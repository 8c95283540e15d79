"""How places are called where a rule of spelling cannot know: provinces, cities with a name of their own."""

from __future__ import annotations

import re

# GB/T 2260 code of two digits -> what people say in Chinese and in English.
PROVINCES = {
    "11": ("北京", "Beijing"),
    "12": ("天津", "Tianjin"),
    "13": ("河北", "Hebei"),
    "14": ("山西", "Shanxi"),
    "15": ("内蒙古", "Inner Mongolia"),
    "21": ("辽宁", "Liaoning"),
    "22": ("吉林", "Jilin"),
    "23": ("黑龙江", "Heilongjiang"),
    "31": ("上海", "Shanghai"),
    "32": ("江苏", "Jiangsu"),
    "33": ("浙江", "Zhejiang"),
    "34": ("安徽", "Anhui"),
    "35": ("福建", "Fujian"),
    "36": ("江西", "Jiangxi"),
    "37": ("山东", "Shandong"),
    "41": ("河南", "Henan"),
    "42": ("湖北", "Hubei"),
    "43": ("湖南", "Hunan"),
    "44": ("广东", "Guangdong"),
    "45": ("广西", "Guangxi"),
    "46": ("海南", "Hainan"),
    "50": ("重庆", "Chongqing"),
    "51": ("四川", "Sichuan"),
    "52": ("贵州", "Guizhou"),
    "53": ("云南", "Yunnan"),
    "54": ("西藏", "Tibet"),
    "61": ("陕西", "Shaanxi"),
    "62": ("甘肃", "Gansu"),
    "63": ("青海", "Qinghai"),
    "64": ("宁夏", "Ningxia"),
    "65": ("新疆", "Xinjiang"),
    "71": ("台湾", "Taiwan"),
    "81": ("香港", "Hong Kong"),
    "82": ("澳门", "Macao"),
}

# Cities whose English name is not spelled as their characters are read.
CITIES = {
    "呼和浩特": "Hohhot",
    "鄂尔多斯": "Ordos",
    "呼伦贝尔": "Hulunbuir",
    "锡林郭勒": "Xilingol",
    "巴彦淖尔": "Bayannur",
    "乌兰察布": "Ulanqab",
    "阿拉善": "Alxa",
    "哈尔滨": "Harbin",
    "齐齐哈尔": "Qiqihar",
    "乌鲁木齐": "Urumqi",
    "克拉玛依": "Karamay",
    "吐鲁番": "Turpan",
    "喀什": "Kashgar",
    "阿克苏": "Aksu",
    "伊犁": "Ili",
    "阿勒泰": "Altay",
    "和田": "Hotan",
    "博尔塔拉": "Bortala",
    "巴音郭楞": "Bayingolin",
    "克孜勒苏": "Kizilsu",
    "拉萨": "Lhasa",
    "日喀则": "Shigatse",
    "那曲": "Nagqu",
    "阿里": "Ngari",
    "昌都": "Qamdo",
    "林芝": "Nyingchi",
    "台北": "Taipei",
    "新北": "New Taipei",
    "高雄": "Kaohsiung",
    "台中": "Taichung",
    "台南": "Tainan",
    "基隆": "Keelung",
    "新竹": "Hsinchu",
    "嘉义": "Chiayi",
    "彰化": "Changhua",
    "屏东": "Pingtung",
    "台东": "Taitung",
    "花莲": "Hualien",
    "香港岛": "Hong Kong Island",
    "九龙": "Kowloon",
    "新界": "New Territories",
    "澳门半岛": "Macao Peninsula",
    "澳门外岛": "Macao Islands",
}

# Names read as no dictionary of words knows, at any level.
SPELLED = {
    "六安": "Lu'an",
    "六合": "Luhe",
    "台州": "Taizhou",
    "亳州": "Bozhou",
    "乐清": "Yueqing",
    "铅山": "Yanshan",
    "洪洞": "Hongtong",
    "长子": "Zhangzi",
    "单县": "Shanxian",
    "闵行": "Minhang",
    "筠连": "Junlian",
    "涡阳": "Guoyang",
    "繁峙": "Fanshi",
    "荥经": "Yingjing",
    "民乐": "Minle",
    "南乐": "Nanle",
    "香格里拉": "Shangri-La",
}

# A city and large districts of other cities share these; alone they say neither.
OPEN = frozenset({"朝阳", "chaoyang"})

# How these characters are read in the names of places, whatever they are read elsewhere.
READINGS = {"长": "chang", "都": "du", "朝": "chao", "漯": "luo", "蚌": "beng", "什": "shi", "曾": "zeng"}

# Development zones, which stand beside the districts in the list.
ZONES = {
    "高新技术产业开发区": "High-tech Zone",
    "经济技术开发区": "Economic Zone",
    "经济开发区": "Economic Zone",
    "高新技术开发区": "High-tech Zone",
    "管理区": "Administrative Zone",
}

# The peoples in the names of autonomous places; at least one word of the place itself always stands before them.
_NAMES = """
蒙古族 回族 藏族 维吾尔 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 哈萨克 傣族 黎族 傈僳族
佤族 畲族 拉祜族 水族 东乡族 纳西族 景颇族 柯尔克孜 土族 达斡尔族 仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 锡伯
塔吉克 怒族 鄂温克族 保安族 裕固族 独龙族 普米族 各族 蒙古 哈萨克族 柯尔克孜族
"""
PEOPLES = re.compile("(?<=[一-鿿])(?:" + "|".join(sorted(_NAMES.split(), key=len, reverse=True)) + ")+$")
