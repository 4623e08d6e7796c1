#include "ui/views/summary_text.h"

#include "ui/views/text_page.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace timonier {

namespace {

using Look = TextPage::Look;

struct Summary {
    Q_DECLARE_TR_FUNCTIONS(Summary)
};

QString q(const std::string &text)
{
    return QString::fromStdString(text);
}

void heading(TextPage &page, const QString &text, bool first = false)
{
    page.paragraph(first ? 0 : 16);
    page.write(text, Look::Dim);
}

void value(const Value &said, TextPage &page)
{
    page.dot(said.tone);
    const Look look = said.mono ? Look::Mono : Look::Plain;
    if (said.time != 0)
        page.age(said.time);
    else if (said.to)
        page.link(q(said.text), *said.to, look);
    else
        page.write(q(said.text), look);
    if (!said.note.empty())
        page.write(QStringLiteral("  ") + q(said.note), Look::Dim);
}

// `said`: what stands above already, and so is not said again.
void container(const ContainerFacts &one, const std::string &said, TextPage &page)
{
    const int indent = one.tone == Tone::None ? 0 : TextPage::dotWidth;
    indent ? page.dotted(6) : page.paragraph(6);
    page.dot(one.tone);
    page.write(q(one.name), Look::Bold);
    if (!one.role.empty())
        page.write(QStringLiteral("  ") + q(one.role), Look::Dim);
    if (!one.state.empty())
        page.write(QStringLiteral("  ") + q(one.state), Look::Dim);
    if (one.since != 0)
        page.age(one.since, QStringLiteral(", %1"), Look::Dim);
    page.indented(indent, 2);
    page.write(q(one.image), Look::Mono);
    const auto line = [&](const QString &text) {
        page.indented(indent, 1);
        page.write(text, Look::Dim);
    };
    if (!one.message.empty() && said.find(one.message) == std::string::npos) {
        page.indented(indent, 2);
        page.write(q(one.message), Look::MonoDim);
    }
    if (one.restarts > 0 || !one.lastExit.empty()) {
        QString text = one.restarts > 0 ? Summary::tr("Restarts: %1", "of a container").arg(QLocale().toString(static_cast<qlonglong>(one.restarts)))
                                        : QString();
        if (!one.lastExit.empty()) {
            text += text.isEmpty() ? QString() : QStringLiteral(", ");
            text += Summary::tr("last exit: %1", "%1: OOMKilled, exit code 137").arg(q(one.lastExit));
        }
        line(text);
        if (one.lastExitAt != 0)
            page.age(one.lastExitAt, QStringLiteral(", %1"), Look::Dim);
    }
    if (!one.ports.empty())
        line(Summary::tr("Ports: %1").arg(q(one.ports)));
    if (!one.requests.empty())
        line(Summary::tr("Requests: %1", "CPU and memory").arg(q(one.requests)));
    if (!one.limits.empty())
        line(Summary::tr("Limits: %1", "CPU and memory").arg(q(one.limits)));
}

void condition(const Condition &one, TextPage &page)
{
    const int indent = one.tone == Tone::None ? 0 : TextPage::dotWidth;
    indent ? page.dotted(4) : page.paragraph(4);
    page.dot(one.tone);
    page.write(q(one.sentence), one.tone == Tone::Bad || one.tone == Tone::Careful ? Look::Bold : Look::Plain);
    page.write(QStringLiteral("  ") + q(one.type), Look::Dim);
    if (one.since != 0)
        page.age(one.since, QStringLiteral(", %1"), Look::Dim);
    // Where all is well the server's words only repeat it.
    if (one.message.empty() || one.tone == Tone::Good)
        return;
    page.indented(indent, 1);
    page.write(q(one.message), Look::Mono);
}

QString sizeWords(std::size_t bytes)
{
    return QLocale().formattedDataSize(static_cast<qint64>(bytes), 0);
}

} // namespace

void writeFacts(const Description &description, TextPage &page)
{
    int widest = 72;
    for (const Fact &fact : description.facts)
        widest = std::max(widest, page.fontMetrics().horizontalAdvance(q(fact.label)) + 16);
    // Longer labels are cut, with a tool tip: the values are what one came for.
    page.setLabelWidth(std::min(widest, std::clamp(page.width() * 2 / 5, 96, 156)));
    page.begin();
    for (const Fact &fact : description.facts) {
        bool first = true;
        for (const Value &said : fact.values) {
            if (std::exchange(first, false))
                page.labelled(q(fact.label), 4);
            else
                page.underLabel(1);
            value(said, page);
        }
    }
    if (!description.containers.empty()) {
        heading(page, Summary::tr("Containers"));
        const std::string said = description.verdict ? description.verdict->evidence : std::string();
        for (const ContainerFacts &one : description.containers)
            container(one, said, page);
    }
    page.end();
}

void writeRest(const Description &description, TextPage &page)
{
    page.begin();
    bool first = true;
    if (!description.conditions.empty()) {
        heading(page, Summary::tr("Conditions"), std::exchange(first, false));
        for (const Condition &one : description.conditions)
            condition(one, page);
    }
    if (!description.labels.empty()) {
        heading(page, Summary::tr("Labels"), std::exchange(first, false));
        page.paragraph(4);
        bool begun = false;
        for (const Label &label : description.labels) {
            if (std::exchange(begun, true))
                page.write(QStringLiteral("  "), Look::Mono);
            page.write(q(label.key) + u'=' + q(label.value), Look::Chip);
        }
    }
    if (!description.annotations.empty()) {
        heading(page, Summary::tr("Annotations"), std::exchange(first, false));
        for (const Label &label : description.annotations) {
            page.paragraph(4);
            page.write(q(label.key), Look::MonoDim);
            page.paragraph();
            page.write(q(label.value), Look::Mono);
            if (label.bytes != 0)
                page.write(Summary::tr("  … (%1 in all)", "a long text is cut; %1: 244 KiB").arg(sizeWords(label.bytes)), Look::Dim);
        }
    }
    if (!description.owners.empty()) {
        heading(page, Summary::tr("Owned by"), std::exchange(first, false));
        for (const ObjectRef &owner : description.owners) {
            page.paragraph(4);
            page.link(q(owner.name), owner);
            page.write(QStringLiteral("  ") + q(owner.kind), Look::Dim);
        }
    }
    if (!description.finalizers.empty()) {
        heading(page, Summary::tr("Finalizers: what must be done before it can go"), std::exchange(first, false));
        for (const std::string &finalizer : description.finalizers) {
            page.paragraph(4);
            page.write(q(finalizer), Look::Mono);
        }
    }
    page.end();
}

} // namespace timonier
