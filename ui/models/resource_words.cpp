#include "ui/models/resource_words.h"

#include <QCoreApplication>

namespace timonier {

QString resourceWords(std::string_view kind)
{
    static constexpr std::pair<std::string_view, const char *> words[] = {
        {"kind-cluster", QT_TRANSLATE_NOOP("Resource", "Cluster of kind")},
        {"minikube-profile", QT_TRANSLATE_NOOP("Resource", "Cluster of minikube")},
        {"kubeconfig-context", QT_TRANSLATE_NOOP("Resource", "Context of the kubeconfig")},
        {"container", QT_TRANSLATE_NOOP("Resource", "Container")},
    };
    for (const auto &[name, title] : words)
        if (name == kind)
            return QCoreApplication::translate("Resource", title);
    return QString::fromUtf8(kind.data(), qsizetype(kind.size()));
}

} // namespace timonier
