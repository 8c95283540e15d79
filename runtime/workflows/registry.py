"""Every kind of step and trigger, in the order menus show them."""

from __future__ import annotations

from runtime.registry import Registry
from runtime.workflows.base import StepType, TriggerType
from runtime.workflows.steps.branch import Branch
from runtime.workflows.steps.notify import Notify
from runtime.workflows.steps.parallel import Parallel
from runtime.workflows.steps.set_fields import SetFields
from runtime.workflows.steps.stop import Stop
from runtime.workflows.steps.tag import Tag
from runtime.workflows.steps.todo import Todo
from runtime.workflows.steps.wait import Wait
from runtime.workflows.triggers.changed import Changed
from runtime.workflows.triggers.groups import Entered, Left
from runtime.workflows.triggers.records import Created, Removed, Restored
from runtime.workflows.triggers.tags import Tagged, Untagged

STEPS: Registry[StepType] = Registry("step", SetFields(), Tag(), Todo(), Notify(), Branch(), Parallel(), Wait(), Stop())
TRIGGERS: Registry[TriggerType] = Registry("trigger", Created(), Changed(), Entered(), Left(), Tagged(), Untagged(), Removed(), Restored())
