"""What the dates on a card are days of, told by their labels: the one place that says which reason a date belongs to.

Labels are what people write (``Eintritt``, ``Started at Acme``), what programs write for them (Apple's ``Anniversary`` is a
wedding's, or nobody knows what's), or the fixed ones of sources that know (``work``, see
:class:`auld.observations.LabelledDate`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from auld.observations import LabelledDate
from auld.people import fold

if TYPE_CHECKING:
    from auld.projections.views import PersonView

Kind = Literal["work", "contact", "other"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORK = _words(
    """
    work job jobs career company corporate firm employer employment employed occupation professional tenure
    workiversary workaversary
    trabalho emprego empresa firma profissional carreira
    arbeit arbeits arbeitsbeginn arbeitsjubilaum beruf beruflich betrieb betriebsjubilaum dienst dienstantritt dienstbeginn
    dienstjubilaum firmeneintritt firmenjubilaum jobstart jobbeginn arbeitgeber
    diensteintritt betriebseintritt betriebszugehorigkeit firmenzugehorigkeit arbeitsantritt einstellungsdatum
    travail entreprise societe emploi professionnel professionnelle metier
    trabajo empleo laboral profesional carrera
    lavoro lavorativo lavorativa azienda aziendale impiego professionale
    werk baan dienstverband werkjubileum bedrijf
    arbete jobb jobbet arbejde arbeid ansiennitet praca pracy firmie prace
    tyo tyopaikka tyosuhde
    работа работы работе работу компании
    """
)
"""Folded; one of them makes a day one of somebody's work."""

_START = _words(
    """
    start started starting starts joined joining join hired hire hiring onboarded onboarding began begin beginning
    appointed
    comecou inicio iniciou entrou entrada ingressou admissao admitido admitida contratado contratada
    eintritt eintrittsdatum eingetreten angefangen anfang beginn begonnen einstieg eingestellt einstellung
    commence debut debute entree embauche embauchee rejoint
    empezo comenzo ingreso incorporacion incorporo contratacion
    inizio iniziato assunto assunta assunzione ingresso entrato
    begonnen aangenomen indiensttreding gestart
    borjade anstalld startade ansat zatrudnienie zatrudnienia nastup aloitti
    """
)
"""So does one of them, where nothing says what else began;"""
_SINCE = _words("since desde seit depuis dal arrivee arrive sinds")
_AT = _words("at bei em na no chez en presso bij")
"""and since when one is *at* some place: of those, one of each."""

_OTHER = _words(
    """
    wedding married marriage engaged engagement dating together relationship couple met meeting friends friend knowing known
    know client customer supplier vendor partner cliente clientes kunde kundin kunden lieferant fornecedor klant
    born birth death died school university college studies study course degree graduation membership member club
    church party sobriety sober vacation trip lease contract project projekt projeto projet home house subscription baptism
    left leaving ended end ends until finished retired retirement resigned
    casamento casados namoro conheceu conhecemos escola universidade curso saida saiu reforma fim
    hochzeit hochzeitstag heirat verheiratet verlobt beziehung zusammen kennengelernt kennenlernen schule studium uni verein
    austritt ausgetreten ende rente ruhestand taufe
    mariage maries couple rencontre ecole universite etudes depart fin retraite bapteme
    boda casados pareja conocimos escuela estudios salida jubilacion
    matrimonio nozze fidanzamento conosciuti scuola universita uscita pensione
    huwelijk bruiloft trouwdag school studie
    """
)
"""These say that it is no day of somebody's work, or not of its beginning."""

_CONTACT = _words(
    "connected connection connections connect verbunden kontakt conectado conectada conexao connecte relie collegato"
)
"""LinkedIn's ``Connected On``: since when one knows each other there. That is no occasion at all."""

_UNSPACED = ("入社", "就職", "就任", "勤続", "入职", "入職", "工作", "입사", "근속")
"""The same in scripts that do not put spaces between words."""

_GENERIC = _words("anniversary jahrestag jubilaum aniversario anniversaire anniversario jubileum verjaardag rocznica") | {""}


def kind_of(label: str) -> Kind:
    """What a date with this label is a day of: of somebody's work, of a contact in some network, or of anything else."""
    words = set(fold(label).split())
    if words & _CONTACT:
        return "contact"
    if words & _OTHER:
        return "other"
    begins = words & _WORK or words & _START or (words & _SINCE and words & _AT)
    return "work" if begins or any(each in label for each in _UNSPACED) else "other"


def work_dates(person: PersonView) -> Iterator[tuple[str, LabelledDate]]:
    """The first days in a job, with the slug of each: its day, for every source labels it in its own way. The label is kept
    that says most."""
    found: dict[tuple[int, int], LabelledDate] = {}
    for entry in (each for each in person.dates if kind_of(each.label) == "work"):
        day = (entry.date.month, entry.date.day)
        if day not in found or _told(entry) > _told(found[day]):
            found[day] = entry
    for (month, number), entry in found.items():
        yield f"{month:02d}{number:02d}", entry


def other_dates(person: PersonView) -> Iterator[tuple[str, LabelledDate]]:
    """Every other date with a slug of its own. Two under one label are told apart by their day, not by their order; the same
    one on two cards is one, with its year if either card knows it. What is only called an anniversary, on a day that another
    card knows to be one of work, is that."""
    work = {(each.date.month, each.date.day) for _, each in work_dates(person)}
    found: dict[tuple[str, int, int], LabelledDate] = {}
    for entry in (each for each in person.dates if kind_of(each.label) == "other"):
        label = fold(entry.label)
        if label in _GENERIC and (entry.date.month, entry.date.day) in work:
            continue
        slug = label.replace(" ", "-") or "anniversary"
        known = found.setdefault((slug, entry.date.month, entry.date.day), entry)
        if known.date.year is None:
            found[slug, entry.date.month, entry.date.day] = entry
    often = Counter(slug for slug, _, _ in found)
    for (slug, month, day), entry in found.items():
        yield (slug if often[slug] == 1 else f"{slug}-{month:02d}{day:02d}"), entry


def _told(entry: LabelledDate) -> tuple[bool, int, str]:
    """How much a date tells, its year before its label."""
    return entry.date.year is not None, len(entry.label), entry.label
