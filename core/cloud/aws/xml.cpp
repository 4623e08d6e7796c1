#include "cloud/aws/xml.h"

#include "base/say.h"

#include <QByteArray>
#include <QXmlStreamReader>

namespace timonier::aws {

const Xml &Xml::at(std::string_view path) const
{
    static const Xml none;
    const Xml *here = this;
    while (!path.empty()) {
        const std::string_view step = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(step.size() + 1, path.size()));
        const auto found = std::ranges::find(here->children, step, &Xml::name);
        if (found == here->children.end())
            return none;
        here = &*found;
    }
    return *here;
}

std::vector<const Xml *> Xml::items(std::string_view path) const
{
    std::vector<const Xml *> all;
    for (const Xml &child : at(path).children)
        if (child.name == "item" || child.name == "member")
            all.push_back(&child);
    return all;
}

Result<Xml> readXml(std::string_view text)
{
    QXmlStreamReader reader(QByteArray(text.data(), static_cast<qsizetype>(text.size())));
    Xml document;
    std::vector<Xml *> open{&document}; // the children of an open element grow only at its end: the pointers hold
    while (!reader.atEnd()) {
        switch (reader.readNext()) {
        case QXmlStreamReader::StartElement:
            if (open.size() > 60)
                return fail(ErrorKind::Protocol, say("Core", "the answer is nested too deeply"));
            open.back()->children.push_back({.name = reader.name().toUtf8().toStdString()});
            open.push_back(&open.back()->children.back());
            break;
        case QXmlStreamReader::EndElement: open.pop_back(); break;
        case QXmlStreamReader::Characters:
            if (!reader.isWhitespace())
                open.back()->text += reader.text().toUtf8().toStdString();
            break;
        default: break;
        }
    }
    if (reader.hasError() || document.children.empty())
        return fail(ErrorKind::Protocol, say("Core", "the answer is no XML"));
    return std::move(document.children.front());
}

} // namespace timonier::aws
