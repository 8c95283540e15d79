"""What the workflow designer refuses, and what a step still lacks."""

from runtime.words import Words

CODES = {
    "ways_with_steps": Words("这一步的分支里还有步骤，先把它们移走或去掉", "There are still steps in the branches of this step; move or remove them first"),
    "step_inside_itself": Words("一步不能放进它自己的分支里", "A step cannot stand in one of its own branches"),
    "nothing_to_choose": Words("这里还没有可选的", "There is nothing to choose here yet"),
    "setting_missing": Words("还没设「{setting}」", "“{setting}” is not set yet"),
}
