"""The parts of an ``.xlsx`` file (ECMA-376) by their place in it; the day and machine are in none."""

from __future__ import annotations

from collections.abc import Sequence

from welfarestats.output.flat_tables import FlatTable
from welfarestats.output.workbook_styles import MAIN, XML_HEAD, Styles, xml_attribute, xml_text
from welfarestats.output.worksheets import (
    OFFICE,
    column_letters,
    first_cell,
    pages_across,
    sheet_xml,
    table_place,
)

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def table_xml(table: FlatTable, number: int) -> str:
    """Return the part of the workbook that marks the cells of a sheet up as a table.

    Parameters
    ----------
    table : FlatTable
        The sheet.
    number : int
        Its number in the workbook, from 1.

    Returns
    -------
    str
        XML.
    """
    columns = "".join(
        f'<tableColumn id="{at}" name="{xml_attribute(entry.text)}"/>'
        for at, entry in enumerate(table.header, 1)
    )
    return (
        f'{XML_HEAD}<table xmlns="{MAIN}" id="{number}" name="table_{number}"'
        f' displayName="table_{number}" ref="{table_place(table)}" totalsRowShown="0">'
        f'<tableColumns count="{len(table.header)}">{columns}</tableColumns>'
        '<tableStyleInfo showFirstColumn="0" showLastColumn="0" showRowStripes="0"'
        ' showColumnStripes="0"/></table>'
    )


def package_parts(
    names: Sequence[str], tables: Sequence[FlatTable], *, title: str, language: str
) -> dict[str, str]:
    """Return every part of a workbook by its place in the file.

    Parameters
    ----------
    names : sequence of str
        Of the sheets; unique.
    tables : sequence of FlatTable
        What each sheet holds.
    title, language : str
        Properties of the document.

    Returns
    -------
    dict of str
        XML by path, in the order in which they are written.
    """
    styles = Styles()
    numbers = range(1, len(names) + 1)
    sheets = {
        f"xl/worksheets/sheet{at}.xml": sheet_xml(table, styles, selected=at == 1)
        for at, table in zip(numbers, tables, strict=True)
    }
    links = {
        f"xl/worksheets/_rels/sheet{at}.xml.rels": _relations(
            [(f"{OFFICE}/table", f"../tables/table{at}.xml")]
        )
        for at in numbers
    }
    marked = {f"xl/tables/table{at}.xml": table_xml(tables[at - 1], at) for at in numbers}
    inner = [(f"{OFFICE}/worksheet", f"worksheets/sheet{at}.xml") for at in numbers]
    return {
        "[Content_Types].xml": _content_types(numbers),
        "_rels/.rels": _relations(
            [
                (f"{OFFICE}/officeDocument", "xl/workbook.xml"),
                (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            ]
        ),
        "docProps/core.xml": _properties(title, language),
        "xl/workbook.xml": _workbook(names, tables),
        "xl/_rels/workbook.xml.rels": _relations([*inner, (f"{OFFICE}/styles", "styles.xml")]),
        "xl/styles.xml": styles.xml(),
        **sheets,
        **links,
        **marked,
    }


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    entries = "".join(
        f'<Relationship Id="rId{at}" Type="{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    return f'{XML_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'


def _content_types(numbers: range) -> str:
    kinds = {"/xl/workbook.xml": "sheet.main", "/xl/styles.xml": "styles"}
    kinds |= {f"/xl/worksheets/sheet{at}.xml": "worksheet" for at in numbers}
    kinds |= {f"/xl/tables/table{at}.xml": "table" for at in numbers}
    entries = "".join(
        f'<Override PartName="{name}" ContentType="{_TYPE}.{kind}+xml"/>'
        for name, kind in kinds.items()
    )
    package = "application/vnd.openxmlformats-package"
    return (
        f'{XML_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{package}.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/docProps/core.xml" ContentType="{package}.core-properties+xml"/>'
        f"{entries}</Types>"
    )


def _properties(title: str, language: str) -> str:
    return (
        f'{XML_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:creator>welfarestats</dc:creator><dc:language>{xml_text(language)}</dc:language>"
        f"<dc:title>{xml_text(title)}</dc:title></cp:coreProperties>"
    )


def _workbook(names: Sequence[str], tables: Sequence[FlatTable]) -> str:
    sheets = "".join(
        f'<sheet name="{xml_attribute(name)}" sheetId="{at}" r:id="rId{at}"/>'
        for at, name in enumerate(names, 1)
    )
    titles = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{at}">'
        f"{xml_text(first_cell(name)[:-2])}$A:${column_letters(table.row_headers)}</definedName>"
        for at, (name, table) in enumerate(zip(names, tables, strict=True))
        if pages_across(table) > 1
    )
    return (
        f'{XML_HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        '<bookViews><workbookView activeTab="0"/></bookViews>'
        f"<sheets>{sheets}</sheets>"
        + (f"<definedNames>{titles}</definedNames>" if titles else "")
        + "</workbook>"
    )
