#include "ui/preview/preview_export.h"

#include "strategy/report.h"
#include "strategy/svg.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QPixmap>
#include <QSaveFile>
#include <QWidget>

namespace timonier {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(PreviewExport)
};

} // namespace

Result<> exportTo(const QString &path, const Exported &what)
{
    std::vector<strategy::Outcome> outcomes;
    for (const ForetoldPtr &told : what.told)
        outcomes.push_back(told->outcome);
    const strategy::Parameters &parameters = what.told.front()->parameters;
    QByteArray bytes;
    if (path.endsWith(QStringLiteral(".png"), Qt::CaseInsensitive)) {
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::WriteOnly);
        what.painted->grab().save(&buffer, "PNG");
    } else if (path.endsWith(QStringLiteral(".svg"), Qt::CaseInsensitive)) {
        bytes = QByteArray::fromStdString(strategy::svgReport(what.application, parameters, outcomes));
    } else if (path.endsWith(QStringLiteral(".csv"), Qt::CaseInsensitive)) {
        bytes = QByteArray::fromStdString(strategy::csvReport(outcomes));
    } else if (path.endsWith(QStringLiteral(".md"), Qt::CaseInsensitive)) {
        bytes = QByteArray::fromStdString(strategy::markdownReport(what.application, parameters, outcomes));
    } else {
        return fail(ErrorKind::Invalid, Words::tr("%1: nothing can be written as that").arg(path).toStdString(),
                Words::tr("End its name in .png, .svg, .csv or .md").toStdString());
    }
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return fail(ErrorKind::Io, Words::tr("%1 cannot be written: %2").arg(path, file.errorString()).toStdString());
    return {};
}

} // namespace timonier
