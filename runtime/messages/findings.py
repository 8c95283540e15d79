"""Sentences about what is found of a grouping's rules: proved by thinking, or seen in today's figures."""

from runtime.words import Words

CODES = {
    "finding_never": Words("没有客户会符合「{group}」：它的条件互相矛盾。", "No customer can ever fit “{group}”: its conditions contradict each other."),
    "finding_never_inside": Words("「{parent}」里不会有客户符合「{group}」：两边的条件互相矛盾。", "Nobody in “{parent}” can fit “{group}”: their conditions contradict each other."),
    "finding_always": Words("所有客户都符合「{group}」，这条规则分不出谁。", "Every customer fits “{group}”, so its rule tells nobody apart."),
    "finding_always_inside": Words("「{parent}」里的客户都符合「{group}」，等于没有再分。", "Everybody in “{parent}” fits “{group}”, so nothing is divided."),
    "finding_taken": Words("符合「{group}」的客户都会先进{others}，轮不到它。", "Whoever fits “{group}” lands in {others} first, so it gets nobody."),
    "finding_same": Words("「{group}」和{others}要的是同样的客户，只是写法不同。", "“{group}” and {others} ask for the very same customers."),
    "finding_within": Words("符合「{group}」的客户，也都符合{others}。", "Whoever fits “{group}” also fits {others}."),
    "finding_no_rest": Words("前面的组已经包下所有客户，没有人会到「{group}」。", "The groups before it take every customer, so nobody is left for “{group}”."),
    "finding_part_never": Words("「{group}」里有一条永远不会成立，去掉它结果也一样。", "A part of “{group}” can never be true; without it the result is the same."),
    "finding_needless": Words("「{group}」里有一条去掉也一样，别的条件已经说到了。", "A part of “{group}” can go; the other conditions say it already."),
    "finding_here_against": Words("标出的条件互相矛盾，不可能同时成立", "The marked conditions contradict each other"),
    "finding_here_above": Words("和上级「{parent}」的条件矛盾", "Contradicts the conditions of “{parent}” above it"),
    "finding_here_never": Words("这一条永远不会成立", "This can never be true here"),
    "finding_here_needless": Words("去掉这一条也一样，别的条件已经说到了", "This can go; the other conditions say it already"),
    "seen_empty": Words("「{group}」现在一位客户也没有。", "“{group}” has nobody right now."),
    "seen_all": Words("所有客户现在都在「{group}」里。", "Every customer is in “{group}” right now."),
    "seen_within": Words("「{group}」的 {n} 位客户现在也都在{others}里。", "All {n} of “{group}” are in {others} as well right now."),
    "seen_none": Words("{n} 位客户现在不在「{grouping}」的任何一个组里。", "{n} customers are in no group of “{grouping}” right now."),
}
