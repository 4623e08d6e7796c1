// What the wizard of an application says before it begins, and when it is done: what it is, how it is opened.
#include "app_subject.h"

#include "cluster_room.h"

#include "catalog/deployment.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QLocale>
#include <QUrl>

namespace timonier {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(AppWizard)
};

QString shown(const std::string &text) { return QString::fromStdString(text); }

// By its own address, where it has one from here; through a port of this computer in any case.
void offer(const catalog::Way &way, const QString &number, bool canForward, WizardResult &result, std::map<QString, catalog::Way> &ways)
{
    const auto add = [&](const QString &how, const QString &title, const QString &help) {
        ways[how + number] = way;
        result.next.push_back({.id = how + number, .title = title, .help = help, .stays = true});
    };
    if (!way.url.empty())
        add(QStringLiteral("way"), shown(way.title), shown(way.url));
    if (canForward)
        add(QStringLiteral("forward"), way.url.empty() ? shown(way.title) : Words::tr("Open by a forwarded port"),
            Words::tr("In the browser, through a port of this computer that leads to %1", "%1: a service").arg(shown(way.service.name)));
    else if (way.url.empty())
        add(QStringLiteral("copy"), Words::tr("Copy the way in"), shown(way.command));
}

} // namespace

WizardIntro AppSubject::intro()
{
    WizardIntro intro{.title = Words::tr("Deploy %1", "%1: an application").arg(shown(m_entry.title)), .what = shown(m_entry.about.empty() ? m_entry.summary : m_entry.about), .warning = shown(m_entry.warning)};
    intro.gets.push_back({Words::tr("Cluster"), m_tools.context});
    if (!m_entry.versions.empty()) {
        const catalog::Version &version = m_entry.versions.front();
        intro.gets.push_back({Words::tr("Version"), shown(version.name + (version.kubernetes.text().empty() ? "" : ", Kubernetes " + version.kubernetes.text()))});
    }
    for (const catalog::Opening &opening : m_entry.openings)
        intro.gets.push_back({Words::tr("To be opened"), shown(opening.title)});
    if (!m_entry.homepage.empty())
        intro.gets.push_back({Words::tr("From"), shown(m_entry.homepage)});
    const catalog::Needs &needs = m_entry.needs;
    if (needs.cpuMilli > 0)
        intro.takes.push_back({Words::tr("CPU"), QLocale().toString(double(needs.cpuMilli) / 1000)});
    if (needs.memoryBytes > 0)
        intro.takes.push_back({Words::tr("Memory"), gibWords(needs.memoryBytes)});
    if (needs.storageBytes > 0)
        intro.takes.push_back({Words::tr("Storage"), gibWords(needs.storageBytes)});
    for (const std::string &other : needs.entries)
        intro.takes.push_back({Words::tr("Needs"), shown(other)});
    for (const std::string &hand : needs.byHand)
        intro.takes.push_back({Words::tr("To be seen to"), shown(hand)});
    return intro;
}

void AppSubject::result(form::Values values, Done<WizardResult> done)
{
    const catalog::AppRequest wanted = request(values);
    struct Found {
        std::vector<catalog::Way> ways{};
        std::vector<std::string> notes{};
    };
    using Answer = Result<Found>;
    // Not through `this`: an answer that is on its way may come when the subject has gone.
    const Done<Answer> told = [ways = m_ways, wanted, done, context = m_tools.context, canShow = bool(m_tools.show), canForward = bool(m_tools.forward)](Answer found) {
        WizardResult result{.sentence = Words::tr("%1 is running").arg(shown(wanted.set.name))};
        ways->clear();
        if (found) {
            for (std::size_t i = 0; i < found->ways.size(); ++i)
                offer(found->ways[i], QString::number(i), canForward, result, *ways);
            for (const std::string &note : found->notes)
                result.notes << shown(note);
        } else {
            result.notes << shown(found.error().text());
        }
        result.made = {{Words::tr("Cluster"), context}, {Words::tr("Namespace"), shown(wanted.set.ns)}};
        if (canShow)
            result.next.push_back({QStringLiteral("show"), Words::tr("Show its objects"), Words::tr("Its pods and services, live")});
        done(result);
    };
    ask<Answer>(
        [entry = m_entry, wanted](const catalog::Ground &ground, std::stop_token stop) -> Answer {
            const catalog::Filling filling{.name = wanted.set.name, .ns = wanted.set.ns, .values = wanted.values};
            return Found{.ways = TRY(catalog::waysIn(*ground.transport, entry, filling, stop)), .notes = catalog::notesOf(entry, filling)};
        },
        told);
}

void AppSubject::next(const QString &id, const form::Values &values, Tell tell)
{
    if (id == u"show" && m_tools.show)
        return m_tools.show(m_tools.context, shown(request(values).set.ns));
    const auto found = m_ways->find(id);
    if (found == m_ways->end())
        return;
    const catalog::Way &way = found->second;
    if (id.startsWith(u"forward") && m_tools.forward)
        return m_tools.forward({.context = m_tools.context, .target = {.ns = way.service.ns, .kind = "services", .name = way.service.name, .port = way.port},
                                .scheme = shown(way.scheme), .path = shown(way.path)}, std::move(tell));
    if (id.startsWith(u"copy")) {
        QGuiApplication::clipboard()->setText(shown(way.command));
        return tell({Tone::Good, Words::tr("Copied: %1").arg(shown(way.command)), false});
    }
    if (QDesktopServices::openUrl(QUrl(shown(way.url))))
        tell({Tone::Good, shown(way.url), false});
    else
        tell({Tone::Careful, Words::tr("No browser could be opened; the address is %1").arg(shown(way.url)), false});
}

} // namespace timonier
