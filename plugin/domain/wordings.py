"""The phrases that people answer with, as a table from the wariest row to the plainest."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .meanings import Meaning

#: Stands in a text for what a row has explained.
GAP = "·"

#: How far before a phrase a negator makes it doubtful: close by, or anywhere in its clause.
_NEAR, _CLAUSE = 3, 1000


@dataclass(frozen=True)
class Row:
    """Phrases that say one thing."""

    #: What they say; None: nothing either way, but they are explained.
    meaning: Meaning | None
    #: How they look.
    pattern: re.Pattern[str]
    #: How many characters before a phrase a negator makes it doubtful; 0: a negator changes nothing.
    wary: int = 0

    @property
    def is_positive(self) -> bool:
        """Whether a negator behind the phrase makes it doubtful too."""
        return self.wary == _CLAUSE


def _row(meaning: Meaning | None, *phrases: str, wary: int = 0) -> Row:
    return Row(meaning, re.compile("|".join(phrases)), wary)


#: A character that turns round what follows it in a clause.
NEGATOR = re.compile("[不没未莫冇甭勿]|(?<![特分级个])别(?!人)|无法|拒绝|取消|放弃|反对")

_TONE = "(?:的|了|啊|哈|哦|噢|嘛|呢|吧|呀|咯|哟|噻|撒|喽|嘞|哒|滴|啦|叻|哇)"

#: Courtesy and address: says nothing either way.
FILLER = (
    f"(?:您好|你好|(?:谢谢|感谢|辛苦)[^,{GAP}]{{0,6}}|麻烦了?|主任|书记|同志|老师|师傅|社区|街道|网格[长员]"
    f"|我们|我家|我|本人|那就|那|就|都|也|到时候?|届时|回复?|选择?|按|答复?|请|嗯|硬是|{_TONE}"
    f"|please|thanks|thank you|hello|hi|[{GAP} ])"
)

_END = f"(?=[,{GAP}]|$)"
_TAIL = f"{_TONE}*(?:(?:这次|本次|此次|今天|明天|这个)?的?(?:会议?|评议会?|邻里会|联席会|活动))?{_TONE}*"
_STOP = f"(?={FILLER}|[,{GAP}]|$)"

#: The rows, in the order of reading: what one explains, the next ones do not see.
ROWS = (
    _row(
        None,
        "不好意思|对不起|抱歉|真?不(?:凑)?巧|不管(?:怎么?样|如何)?|不论|无论(?:如何)?|不客气|风雨无阻",
        "(?:绝|决|保证|肯定|一定)?不会?(?:再)?迟到",
        "(?:不|没)(?:用|需要?|必|想|打算|会|有|得)?(?:请假|回避)",
        "(?:没有?|没得|无|不存在)(?:任何)?(?:利害关系|利益关系|利益冲突|亲戚关系)",
        "没(?:有|得|啥子?|什么|多大|任何)*(?:事情?|安排|冲突|困难)(?!再)",
    ),
    _row(Meaning.ACCEPT, "不见不散|(?:绝|决|保证|肯定|一定)?不会?缺席"),
    _row(
        Meaning.NO_CONSENSUS,
        "未成一致|(?:未|没有?|不)(?:能|有)?(?:达成|谈拢|谈成|谈好|说好|形成)(?:一致|共识|协议)?(?:意见)?",
        "无法达成(?:一致|共识|协议)?|谈不[拢成好]|谈崩|意见不(?:一致|统一|一)|分歧",
        wary=_NEAR,
    ),
    _row(Meaning.ADJOURNED, "休会|择期|择日|延期|下次再|再议|续会|另行召开|下次(?:继续|接着)", wary=_NEAR),
    _row(
        Meaning.OUT_OF_AUTHORITY,
        "超(?:出|过|越)?了?(?:我们|社区|本会)?的?(?:职权|权限|职责|范围)|无权(?:决定|处理)?|权限不[够足]",
        "管不[了到]|不归(?:我们|本会|社区|这里)?管",
        wary=_NEAR,
    ),
    _row(
        Meaning.NEEDS_VOTE,
        "(?:需要?|要|应当?|得|须|必须)(?:由|提交|经)?(?:全体)?(?:业主|大家|居民|村民)?(?:大会)?(?:来)?(?:表决|投票)",
        "业主大会|(?:业主|提交)表决",
        wary=_NEAR,
    ),
    _row(
        Meaning.QUESTION,
        "[?]|吗|(?<!那)(?<!什)(?<!这)(?<!怎)么(?=,|$)|几[点号时楼天]|哪|啥|什么|怎么|咋|多久|多长|多少|为何|谁|何时|好久(?![不没])|还是[今明后上下]",
        "(?:改|调)(?:个|下|一下)?(?:时间|期|到|地方|地点|成)|换个?(?:时间|地方|地点)|推迟|延后|提前(?!走)",
    ),
    _row(
        Meaning.UNCLEAR,
        "看(?:情况|时间|安排|看|到时|哈|一下)|再(?:看|说|定|联系|回复|通知)|不一定|[不没未]确定|未定|待定|没定",
        "不好说|说不[准定到清]|没准|不(?:太)?(?:晓得|知道|清楚|明白|懂)|没(?:明白|看懂|想好)|看不懂|想不起",
        "也许|可能|大概|大约|估计|恐怕|应该(?!回避)|尽量|尽力|争取|如果|要是|假如|除非|万一|的话|考虑|想想|想一[下想]",
        "商量|等(?:通知|哈|会|一|下|我|他)|稍后|稍等|晚(?:点|些|一点|到|一会)|迟(?:到|点|一点|些)|早退|中途",
        "提前走|但|(?<!忙)不过|只是|随便|都(?:行|可以|要得)|无所谓|能.{0,2}就|(?:有空|有时间|得空|可以)就|忙完|回头",
        "不得不|不能不|不会不|不是不|没说不|非.{1,4}不可|[参来去]加?不(?:行|好)(?=,|$)|下(?:个月|周)",
        "在(?:参加|开会|忙)|一半|部分|正在|即将|还[差剩]|差不多|有事情?(?:再|就|请|打|找|说|联系|直说|要?反映|要说|咨询|想|报告|求助)",
        r"\d+ ?[点时号日月]|[二两三四五六七八九十]点|一点[半钟整]|周[一二三四五六日天末\d]|星期|礼拜|半小时",
        "(?:今天|明天|后天|改天|[上下]午|晚上)[^,]{0,2}(?:可以|有空|有时间|得空|方便)|上午.*下午|下午.*上午",
        "(?:会|能|可以|一定|保证|[按准]时|尽快|明天|后天|马上|快|准备|要|去|待|将|才|基本上?)[^,]{0,2}"
        "(?:完成|[办做弄修搞](?:好|完|定)|处理|解决|落实)",
        "[你您他她]们?(?:都|要|来|去|自己|先|不|也|没)|(?<!其)[他她]们?(?:参加|出席|到)|今天不[^,]{0,3}明天",
    ),
    _row(
        Meaning.QUESTION,
        r"([^\W\d])不\1|能否|是否|可否|有没有|[^,]不(?:哦|嘛|呀|啊|咯|哈)?(?=,|$)",
    ),
    _row(None, "(?:下次|下回|改天|改日|上次|上回|以后|今后)[^,]*"),
    _row(
        Meaning.SUBSTITUTE,
        "(?:让|由|请|叫|喊|派|委托|托|安排|换)(?!假|[我你您]|大家|放心|问|通知|告|人家)[^,·不没]{1,8}?"
        "(?:[代替](?:我|本人|为)?[参来去出到]?[加席]?|来|去|参加|出席|到[场会])",
        "(?:[代替]|代表)(?:我|本人)(?:参加|出席|来|去|到)?|委托(?:他人|别人)|换(?:个)?人|派人|别人(?:来|去|代|替|参加)",
        "我?(?:老婆|老公|爱人|儿子|女儿|媳妇|丈夫|妻子|弟弟?|哥哥?|姐姐?|妹妹?|同事|邻居|家属|家里人|家人|我妈|我爸)"
        "(?:会|要|可以)?[代替]?我?(?:来|去|参加|出席|到场)",
        "(?:[老小](?![区组孩伙朋人师板时])[^\\W\\d]|(?:主任|书记|师傅|经理|支书|队长|[姐哥孃叔姨]))"
        "(?:会|要|可以)?(?:来|去|代|替|参加|出席|到场)" + _END,
        wary=_NEAR,
    ),
    _row(
        Meaning.TROUBLE,
        "有(?:点|些|一?定|很大|较大)*(?:困难|难度|问题|阻力)|困难|完不成|完成不[了成]|办不到|卡住|需要帮助|要帮忙",
        "(?:搞|做|弄|办|处理|解决|推|修)不(?:来|成|了|好|定|到|动|下去)",
        "(?:无法|没法|没办法|没得办法)(?:完成|办|解决|处理|推进|落实)",
        wary=_NEAR,
    ),
    _row(
        Meaning.DISSATISFIED,
        "(?:不|没|没有|未)(?:是|能)?(?:太|大|很|怎么|咋个?|够|十分|非常|特别|完全|那么)*满意|满意不[了起]",
        "不满(?!意)|谈不上满意|差评|不安逸|失望",
        wary=_NEAR,
    ),
    _row(Meaning.FAIRLY, "(?:基本上?|大致|大体上?|比较|还算|算是|较|总体)(?:是)?满意", wary=_CLAUSE),
    _row(
        Meaning.DECLINE,
        "(?<!意)(?<![看搞做弄办])(?:不|没法|没办法|无法|莫法)"
        "(?:能|会|想|再|打算|准备|方便|大|太|是很|愿意?|敢|得|一起)*(?:亲自|按时|准时|到现场|过)*"
        "(?:参加|参与|出席|到场|参会|到会|来|去|赴会|开会|同意参加)",
        "(?:参加|出席|去|来|到|走|赶|抽|脱|离|回|下|出)不(?:了|成|到|倒|开|赢|脱|起|及|得|出|过?[来去]|回来)身?",
        "(?:没|没有|没得|莫得|冇|冇得|莫|不得|抽不出|没啥)(?:空|时间|功夫|闲)(?:来|去|参加|出席|到场|开会)?|不空|不得行|无暇",
        "谢绝|婉拒|缺席|(?:拒绝|放弃|取消|退出)(?:参加|出席|参与)|[没不]感?兴趣",
        wary=_NEAR,
    ),
    _row(
        Meaning.DECLINE,
        # A reason alone declines only where it is all that its short clause says.
        f"(?:^|(?<=[,{GAP}]))[^,{GAP}不没未莫别]{{0,10}}?(?:"
        "有(?:点|些|一?个|急|要|私|家|别的|其[他它]|另外)*(?:事情?|会|安排|任务|冲突)|出差|住院|请个?一?[天下次]?假|告假|生病|感冒|发烧"
        "|身体不(?:好|适|行|舒服)|不舒服|在外[地面头]|不在(?![意乎])|上(?:夜|白|中)?班|加班|值班|回老家|做手术"
        "|不(?:太|大|是很)?(?:方便|便)|忙不[过赢]来?|[太很]忙|特别忙|忙得很|撞期"
        f")[^,{GAP}说问]{{0,2}}{_END}",
    ),
    _row(
        Meaning.RECUSE,
        "(?:申请|需要|应[当该]?|主动|得|要)?回避|避嫌|利害关系|利益(?:关系|冲突)|亲戚关系|我是当事人",
        wary=_CLAUSE,
    ),
    _row(
        Meaning.ACCEPT,
        f"(?:参加|出席|参会|到会|到场|赴会|参与|报名|[准按]时到|准点到|来开会){_TAIL}{_STOP}",
        f"(?:我们?|会|要|能|可以|肯定|一定|必须|必|[准按]时|都|马上|也|得|自己|亲自){{1,3}}过?[来去到]{_TONE}*{_END}",
        wary=_CLAUSE,
    ),
    _row(
        Meaning.DONE,
        f"(?:已经?)?(?:全部)?(?:完成|[办做弄修搞整](?:好|完|定|归一)|处理[好完]|办结|清理[好完]|整改[好完]){_TONE}*{_STOP}",
        f"(?:已经?|都)(?:解决|落实|处理){_TONE}*|(?:解决|落实|处理)了{_TONE}*{_STOP}",
        wary=_CLAUSE,
    ),
    _row(Meaning.SATISFIED, f"(?:很|非常|十分|特别|挺|相当)?满意(?![个度不]){_TONE}*{_STOP}|好评", wary=_CLAUSE),
    _row(
        Meaning.AGREED,
        "达成(?:了)?(?:一致|共识|协议)?(?:意见)?|一致同意|意见一致|谈[拢成好]了?|说好了",
        wary=_CLAUSE,
    ),
    _row(
        Meaning.ACKNOWLEDGED,
        "已经?接(?![到收触])[手警单]?|接(?:了|手|单|警)|我接(?!到|收|不)|已经?受理",
        wary=_CLAUSE,
    ),
    _row(
        Meaning.SEEN,
        "收到|知道|晓得|已阅|已读|明白|了解|知悉|已悉|看到|已看|清楚|接到|^[嗯哦噢]+$",
        wary=_CLAUSE,
    ),
)

_YES = (
    "可以|没(?:有|得|啥子?|什么)?(?:问题|意见)|要得|得行|同意|愿意|当然|必须的|是的|准时"
    f"|[行来到]{_TONE}+|去(?!了){_TONE}+"
)
_NO = f"不用{_TONE}*|不行{_TONE}*|不可以|不ok|不{_TONE}*|否|拒绝|算了"


def _alone(words: str) -> re.Pattern[str]:
    return re.compile(f"(?:{words}|{FILLER})++")


#: What a clause says that holds nothing else but courtesy; inside a text these would be found everywhere.
ALONE: Mapping[Meaning, re.Pattern[str]] = {
    Meaning.ACCEPT: _alone(f"{_YES}|yes|y|sure|of course|no problem|(?:i will |ill |i am |im )?(?:coming|come|attend)"),
    Meaning.DECLINE: _alone(
        f"{_NO}|(?:i )?(?:cannot|cant|wont|will not|unable to) (?:come|attend)|cannot|not coming|no|n|busy"
    ),
    Meaning.SEEN: _alone("阅|悉|received|noted|got it|roger|seen"),
    Meaning.RECUSE: _alone("recuse|step aside"),
    Meaning.DONE: _alone("done|finished|completed"),
    Meaning.TROUBLE: _alone("trouble|stuck|having trouble"),
    Meaning.SATISFIED: _alone("(?:very )?satisfied"),
    Meaning.FAIRLY: _alone("(?:fairly|mostly)(?: satisfied)?"),
    Meaning.DISSATISFIED: _alone("not satisfied|dissatisfied|unsatisfied"),
    Meaning.AGREED: _alone("agreed"),
    Meaning.ADJOURNED: _alone("adjourned"),
    Meaning.NO_CONSENSUS: _alone("no agreement"),
    Meaning.OUT_OF_AUTHORITY: _alone("not ours to decide"),
    Meaning.NEEDS_VOTE: _alone("vote"),
    Meaning.ACKNOWLEDGED: _alone("taken|acknowledged"),
}

_OKAY = f"好+{_TONE}+|好好+|okay|ok"

#: A clause of courtesy; a yes such as 好的 is no more than that beside any other word.
COURTESY = re.compile(f"(?:{_OKAY}|{FILLER})*+")

#: Whole messages that say yes, among them the short words that would be found everywhere.
PLAIN_YES = re.compile(f"(?:{FILLER}|,)*+(?:{_OKAY}|好+|行+|中+|去+|来+|到+)(?:{_OKAY}|{FILLER}|,)*+")

#: Whole messages that end the texts; carriers act on the English ones themselves.
OPT_OUT = re.compile(
    "r|t|qx|(?:回复?)?(?:td|退订|退定)|拒收|停发|取消订阅|stop(?: ?all)?|unsubscribe|cancel|end|quit|revoke|opt ?out"
)

#: Whole messages that begin them again.
OPT_IN = re.compile("start|unstop|恢复(?:接收|短信|订阅)?|取消退订")
