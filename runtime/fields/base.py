"""What every field type knows about itself; one subclass per file, listed in `runtime.fields.FIELD_TYPES`.

Required, unique, default, label and help belong to the field, not to the type. `settings` below is always the
type's own settings of one field: the keys of its `x-fenzu` node that `FieldType.settings` describes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, ClassVar, Protocol

import sqlalchemy as sa

from runtime.errors import Problem
from runtime.rules.deps import Deps
from runtime.rules.target import Computed, Target
from runtime.sql.types import BinaryText
from runtime.words import Words

Settings = Mapping[str, Any]
Value = Any


class Refused(ValueError):
    """What was typed is no value of this type; `code` and `params` make its sentence (runtime.messages)."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


class Names(Protocol):
    """What a value needs to be read or shown when it stands for something else.

    `lang` is the reader's language, `zone` the organisation's time zone name, `me` the id of whoever types. Each `find_*` takes typed text and
    gives an id or key, or None when nothing or more than one thing fits (`find_tag` knows keys as well as labels);
    each other method gives the text for an id or key. `departments` is the organisation's tree as rows
    (runtime.fields.trees), `my_department` the key of the one that whoever types mainly belongs to.
    """

    lang: str
    zone: str
    me: int | None

    def person(self, user_id: int) -> str: ...
    def find_person(self, text: str) -> int | None: ...
    def record(self, form: str, record_id: int) -> str: ...
    def find_record(self, form: str, text: str) -> int | None: ...
    def tag(self, key: str) -> str: ...
    def find_tag(self, text: str, vocabularies: Sequence[str]) -> str | None: ...
    def file(self, file_id: str) -> Mapping[str, Any] | None: ...
    def departments(self) -> Sequence[Mapping[str, Any]]: ...
    def my_department(self) -> str | None: ...


class FieldType:
    """One kind of question on a form.

    name      the word in `x-fenzu.type`
    label     what people call it
    icon      a Tabler icon name
    shelf     its place in the designer's palette: common, customer, link, place, more
    kind      which comparisons its values allow; a key of `runtime.rules.operators.OPERATORS_OF`:
              text number date datetime time period choice boolean consent tree many file person people link links rows place
    settings  JSON Schema (properties only) of the type's own settings, from which the property panel is drawn;
              each property carries `x-label` {"zh","en"} and a `default`
    template  the file in templates/fields/ with its `input` and `cell` macros
    many      its values live in a link table, not in a column, each as a `member`
    ordered   of many: the order in which its values were given is kept
    tagged    its values are tags of the app's vocabularies
    computed  its value is worked out from other values each time it is asked for; see runtime/fields/computed.py
    copied    its value is taken from another record when the link to it is set, and kept
    nested    its value is a list of rows, which live in a table of their own
    grouped   its control is several inputs, which the field's label names together
    parts     how many texts its control sends; `parse` gets them as a list where there are several
    readonly  people never type it
    coded     its value is made by the form's code rule
    stamped   its value remembers when it was given: `stamp` puts the time in when it is stored
    lack      the code of the sentence when it is required and blank
    counted   its value is counted up when a record is made, by `period` and `numbered`
    shared    its values are places of the organisation's own tree, in which people have theirs
    drawn     its value may be something just drawn, which becomes a file when the record is stored
    public    strangers may be asked for it: it needs no list of our people, records or tags
    retold    the history says a value as its column holds it, so that what it was can be compared
    searchable its text is found by the search of the whole list
    mailed    its text is an address that mail can be sent to
    power     a formula takes a number as so many powers of ten smaller: 12.5% is 0.125
    samples   typed texts that must be accepted with default settings (they feed tests, docs and previews)
    nonsense  typed texts that must be refused
    """

    name: ClassVar[str]
    label: ClassVar[Words]
    icon: ClassVar[str]
    shelf: ClassVar[str] = "common"
    kind: str = "text"
    settings: ClassVar[Mapping[str, Any]] = MappingProxyType({})
    template: str = "fields/text.html"
    many: ClassVar[bool] = False
    member: ClassVar[sa.types.TypeEngine[Any]] = BinaryText
    ordered: ClassVar[bool] = False
    tagged: ClassVar[bool] = False
    computed: ClassVar[bool] = False
    copied: ClassVar[bool] = False
    nested: ClassVar[bool] = False
    grouped: ClassVar[bool] = False
    parts: ClassVar[int] = 1
    readonly: ClassVar[bool] = False
    coded: ClassVar[bool] = False
    stamped: ClassVar[bool] = False
    lack: ClassVar[str] = "blank"
    counted: ClassVar[bool] = False
    searchable: ClassVar[bool] = False
    mailed: ClassVar[bool] = False
    retold: ClassVar[bool] = True
    shared: ClassVar[bool] = False
    drawn: ClassVar[bool] = False
    public: ClassVar[bool] = True
    power: int = 0
    samples: ClassVar[tuple[Any, ...]] = ()
    nonsense: ClassVar[tuple[Any, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls.settings = MappingProxyType(dict(cls.settings))

    @property
    def remembered(self) -> bool:
        """Whether the history says how it changed: what people fill in, not what the system counts or works out."""
        return not (self.computed or self.coded or self.counted)

    def setting(self, settings: Settings, key: str) -> Any:
        """One setting of a field, or its default where the field says nothing."""
        value = settings.get(key)
        return self.settings[key]["default"] if value is None else value

    def of(self, settings: Settings) -> FieldType:
        """The type as the settings of one field make it; a computed type takes the kind of its results."""
        return self

    def unasked(self, settings: Settings) -> tuple[str, ...]:
        """Settings that mean nothing with these others, so that the designer does not ask for them."""
        return ()

    def reads(self, settings: Settings) -> Deps:
        """What a computed value is made of: fields, linked records' fields, rows behind a link, the time of day."""
        return Deps()

    def expression(self, settings: Settings, target: Target) -> Computed:
        """A computed value in SQL, for the records of a target; raises Invalid when its settings mean nothing."""
        raise NotImplementedError

    def summed(self, settings: Settings) -> dict[str, Any] | None:
        """The aggregate of a condition that a computed value is; None where it is anything else."""
        return None

    def problems(self, settings: Settings, target: Target) -> Iterator[Problem]:
        """What is wrong with a computed field's settings in its app, with paths inside its `x-fenzu` node."""
        yield from ()

    def contradictions(self, settings: Settings) -> Iterator[Problem]:
        """Settings that are each right and together wrong, with paths inside the field's `x-fenzu`."""
        yield from ()

    def period(self, settings: Settings, today: date) -> str:
        """Of a counted type: which count a record made today belongs to."""
        raise NotImplementedError

    def numbered(self, settings: Settings, today: date, number: int) -> Value:
        """Of a counted type: a number drawn today as a value."""
        raise NotImplementedError

    def stamp(self, value: Value, at: str) -> Value:
        """Of a stamped type: a value as it is stored at a moment."""
        return value

    def schema(self, settings: Settings) -> dict[str, Any]:
        """JSON Schema of a value that is not blank; what decides validity stands here, in standard keywords."""
        raise NotImplementedError

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        """Physical columns, the first holding the value; shadows are `<name>_k` (folded) and `<name>_p` (pinyin)."""
        raise NotImplementedError

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        """What a person typed, or a client sent, as a value; None when blank; raises Refused."""
        raise NotImplementedError

    def store(self, name: str, value: Value, settings: Settings) -> dict[str, Any]:
        """A value (or None) as what its physical columns hold, by column name."""
        return {name: value}

    def load(self, stored: Any, settings: Settings) -> Value:
        """What the first column holds, as a value."""
        return stored

    def bind(self, value: Any, settings: Settings) -> Any:
        """A value inside a rule as what its column is compared with; raises Refused when it is none."""
        return value

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        """A value as text for a person; "" for None."""
        return "" if value is None else str(value)

    def typed(self, value: Value, settings: Settings, names: Names) -> Any:
        """A value as its input holds it before anybody types: text, or a list of texts; `parse` reads it back."""
        return self.show(value, settings, names)

    def to_cell(self, value: Value, settings: Settings, names: Names) -> Any:
        """A value as a spreadsheet cell: text, int, float, Decimal, bool, date or datetime without zone, or None."""
        return self.show(value, settings, names) or None

    def cell_format(self, settings: Settings) -> str | None:
        """The spreadsheet number format in which `to_cell` should be seen; None for text."""
        return None

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        """A spreadsheet cell as a value; raises Refused."""
        return self.parse(cell, settings, names)

    def offered(self, settings: Settings) -> list[dict[str, Any]]:
        """The values a field may have as `{const, label, color, retired}`, where there is a list of them."""
        return list(settings.get("options", ()))

    def below(self, value: Value, settings: Settings) -> Sequence[Any] | sa.Select[Any] | None:
        """Of a tree whose keys do not say it: a value and all that stand under it, as the column holds them, or a question for them."""
        return None

    def mine(self, me: sa.ColumnElement[Any]) -> sa.Select[Any] | None:
        """Of a tree with people in it: the values that are somebody's own, and all that stand under them."""
        return None

    def begins(self, settings: Settings) -> Any:
        """What a new record starts with where the field names no default of its own, as somebody would type it."""
        return None

    def choices(self, settings: Settings, names: Names) -> list[dict[str, Any]]:
        """The values a field may have as `{const, label, color, retired}`; not the definition but the names may know them."""
        return self.offered(settings)

    def words(self, value: Value) -> str:
        """Of a searchable type: what the search finds a value by."""
        return str(value)

    def persons(self, value: Value) -> Sequence[int]:
        """The ids of the people that a value names, so that their names are looked up together."""
        return ()

    def settle(self, old: Value, value: Value) -> Value:
        """A value as it takes the place of an old one."""
        return value

    def differs(self, old: Value, new: Value, settings: Settings, names: Names) -> str:
        """What changed between two values, where that says more than showing both; else ""."""
        return ""
