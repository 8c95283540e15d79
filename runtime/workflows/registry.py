"""Every kind of step and trigger, in the order menus show them."""

from __future__ import annotations

from runtime.registry import Registry
from runtime.words import Words
from runtime.workflows.base import StepType, TriggerType
from runtime.workflows.steps.about import About
from runtime.workflows.steps.approve import Approve
from runtime.workflows.steps.assign import Assign
from runtime.workflows.steps.batch import Batch
from runtime.workflows.steps.branch import Branch
from runtime.workflows.steps.call import Call
from runtime.workflows.steps.create import Create
from runtime.workflows.steps.each import Each
from runtime.workflows.steps.fill import Fill
from runtime.workflows.steps.find import Find
from runtime.workflows.steps.mail import Mail
from runtime.workflows.steps.notify import Notify
from runtime.workflows.steps.parallel import Parallel
from runtime.workflows.steps.pin import Pin
from runtime.workflows.steps.remove import Remove
from runtime.workflows.steps.remove_related import RemoveRelated
from runtime.workflows.steps.set_fields import SetFields
from runtime.workflows.steps.stop import Stop
from runtime.workflows.steps.tag import Tag
from runtime.workflows.steps.todo import Todo
from runtime.workflows.steps.unpin import Unpin
from runtime.workflows.steps.update_related import UpdateRelated
from runtime.workflows.steps.wait import Wait
from runtime.workflows.steps.webhook import Webhook
from runtime.workflows.triggers.by_hand import Button, Called
from runtime.workflows.triggers.changed import Changed
from runtime.workflows.triggers.comments import Commented, Mentioned
from runtime.workflows.triggers.date import DateReached
from runtime.workflows.triggers.groups import Entered, Left
from runtime.workflows.triggers.hook import Hook
from runtime.workflows.triggers.levelled import Levelled
from runtime.workflows.triggers.records import Created, Removed, Restored
from runtime.workflows.triggers.schedule import Schedule
from runtime.workflows.triggers.sent import Sent
from runtime.workflows.triggers.tags import Tagged, Untagged

SHELVES: tuple[tuple[Words, tuple[StepType, ...]], ...] = (
    (Words("让人去做", "Ask and tell people"), (Todo(), Notify(), Approve(), Fill(), Mail(), Webhook())),
    (Words("这条记录", "This record"), (SetFields(), Tag(), Assign(), Pin(), Unpin(), Remove())),
    (Words("怎么走", "Where it goes"), (Branch(), Wait(), Parallel(), Call(), Stop())),
    (Words("别的记录", "Other records"), (Create(), Find(), About(), Each(), Batch(), UpdateRelated(), RemoveRelated())),
)
STEPS: Registry[StepType] = Registry("step", *(kind for _, kinds in SHELVES for kind in kinds))
TRIGGERS: Registry[TriggerType] = Registry("trigger", Created(), Changed(), Entered(), Left(), Levelled(), Tagged(), Untagged(), DateReached(), Schedule(), Removed(), Restored(), Sent(), Commented(), Mentioned(), Button(), Hook(), Called())
