"""Word drafts written by the tests, with the oddities that real drafts have."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}s+xml"
_BY = 'w:author="Bo" w:date="2026-01-05T10:00:00Z"'


def element(inner: str, name: str = "p") -> Any:
    """Return an element of a Word file from its XML."""
    return parse_xml(f"<w:{name} {_W}>{inner}</w:{name}>")


def run(text: str, properties: str = "") -> str:
    """Return the XML of a run."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def field(instruction: str, result: str) -> str:
    """Return the XML of a field with its instruction and its result."""
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return (
        mark.format("begin")
        + f"<w:r><w:instrText>{instruction}</w:instrText></w:r>"
        + mark.format("separate")
        + run(result)
        + mark.format("end")
    )


def textbox(inner: str) -> str:
    """Return the XML of a run with a text box, in the new form and the old one."""
    drawing = (
        '<w:drawing xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><wp:inline>'
        '<wp:extent cx="2000000" cy="600000"/><wp:docPr id="7" name="Box"/><a:graphic>'
        '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
        '<wps:wsp xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
        '<wps:cNvSpPr/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="2000000" cy="600000"/>'
        '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr>'
        f"<wps:txbx><w:txbxContent>{inner}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp>"
        "</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )
    return (
        '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility'
        f'/2006"><mc:Choice Requires="wps">{drawing}</mc:Choice><mc:Fallback><w:pict>'
        f'<v:textbox xmlns:v="urn:schemas-microsoft-com:vml"><w:txbxContent>{inner}'
        "</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def append(document: Any, inner: str) -> None:
    """Add a paragraph, given as XML, to the end of the document."""
    document.element.body.insert(len(document.element.body) - 1, element(inner))


def add_notes(document: Any, kind: str, notes: dict[int, str]) -> None:
    """Give the document its footnotes or endnotes, of which Word always has two unseen."""
    unseen = f'<w:{kind} w:type="separator" w:id="-1"><w:p/></w:{kind}>'
    seen = "".join(
        f'<w:{kind} w:id="{number}"><w:p><w:r><w:{kind}Ref/></w:r>{run(text)}</w:p></w:{kind}>'
        for number, text in notes.items()
    )
    part = Part(
        PackURI(f"/word/{kind}s.xml"),
        _TYPE.format(kind=kind),
        f"<w:{kind}s {_W}>{unseen}{seen}</w:{kind}s>".encode(),
        document.part.package,
    )
    document.part.relate_to(part, getattr(RELATIONSHIP_TYPE, f"{kind.upper()}S"))


def reference(kind: str, number: int) -> str:
    """Return the XML of a run with text and the reference of a note between its words."""
    return (
        f'<w:r><w:rPr><w:b/></w:rPr><w:t>agreed</w:t><w:{kind}Reference w:id="{number}"/>'
        "<w:t>in all</w:t></w:r>"
    )


def odd_draft(path: Path) -> Path:
    """Write a draft with every oddity that the reader knows."""
    document = docx.Document()
    document.add_heading("Readiness", 1)
    paragraph = document.add_paragraph("In all, 4")
    paragraph.add_run("7 per").bold = True
    paragraph.add_run("\u00a0cent of 1\u2011year claim\u00adants said yes.")
    document.add_paragraph("One in ten", style="List Bullet")
    document.add_paragraph("Table 1 Readiness", style="Caption")
    table = document.add_table(2, 3, style="Table Grid")
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Group"
    table.cell(0, 2).text = "Share"
    table.cell(1, 2).text = "47%"
    append(
        document,
        run("Now ")
        + f'<w:del w:id="901" {_BY}><w:r><w:delText>46</w:delText></w:r></w:del>'
        + f'<w:ins w:id="902" {_BY}>{run("48 per")}</w:ins>'
        + run(" cent, against ")
        + f'<w:hyperlink w:anchor="t1">{run("see 13", "<w:i/>")}{run(" below")}</w:hyperlink>'
        + run(" (Table ")
        + field("REF table99", "1")
        + run(")")
        + run(" 999 unseen", "<w:vanish/>")
        + "<w:r><w:tab/><w:t>and a</w:t><w:noBreakHyphen/><w:t>b</w:t><w:softHyphen/><w:br/></w:r>",
    )
    append(document, run("Of them, 60 per cent ") + reference("footnote", 2) + run("."))
    append(document, run("Later ") + reference("endnote", 1) + run("."))
    append(document, run("Beside: ") + textbox(f"<w:p>{run('A box with 5 of 82.')}</w:p>"))
    split = f'<w:pPr><w:rPr><w:del w:id="903" {_BY}/></w:rPr></w:pPr>'
    append(document, split + run("Half of these "))
    append(document, run("and a third of those."))
    add_notes(document, "footnote", {2: "Base 142."})
    add_notes(document, "endnote", {1: "Weighted base 150."})
    document.add_comment(document.paragraphs[1].runs[0], "Earlier comment", "Bo", "B")
    document.save(str(path))
    return path


def changed(source: Path, target: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """Write a Word file again with one of its parts changed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, change(content) if part == name else content)
    return target
