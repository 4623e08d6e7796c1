// A wizard's subject that is played: the test says what is checked, planned and run, and when.
#pragma once

#include "ui/models/wizard_subject.h"

#include <QMetaObject>
#include <QObject>

#include <deque>

namespace timonier {

struct PlayedRun final : WizardRun {
    struct Stage {
        std::vector<plan::Event> events{};
        std::optional<Result<plan::Summary>> ended{};
        bool stopped = false;
    };
    explicit PlayedRun(std::shared_ptr<Stage> played) : stage(std::move(played)) {}
    std::vector<plan::Event> take() override { return std::exchange(stage->events, {}); }
    std::optional<Result<plan::Summary>> ended() override { return stage->ended; }
    void stop() override { stage->stopped = true; }
    std::shared_ptr<Stage> stage;
};

struct PlayedChecking final : WizardChecking {
    struct Stage {
        std::vector<form::Check> checks{};
        bool over = false;
    };
    explicit PlayedChecking(std::shared_ptr<Stage> played) : stage(std::move(played)) {}
    std::vector<form::Check> take() override { return std::exchange(stage->checks, {}); }
    bool isOver() override { return stage->over; }
    std::shared_ptr<Stage> stage;
};

class PlayedSubject final : public WizardSubject
{
public:
    WizardIntro intro() override
    {
        return {.title = QStringLiteral("New cluster with kind"),
                .what = QStringLiteral("A Kubernetes cluster on this computer. Each node is a container, so that it is there within two minutes and gone within "
                                       "seconds. It is meant for trying things out; what needs real machines does not belong on it."),
                .gets = {{QStringLiteral("Cluster"), QStringLiteral("Kubernetes, complete and conformant, with as many nodes as you like")},
                         {QStringLiteral("Kubeconfig"), QStringLiteral("A new context in your own file; the file as it was is kept beside it")},
                         {QStringLiteral("Ports"), QStringLiteral("Ports of this computer that lead into it")}},
                .takes = {{QStringLiteral("Time"), QStringLiteral("About two minutes; the first time also a download of 350 MiB")},
                          {QStringLiteral("Memory"), QStringLiteral("About 700 MiB for each node")},
                          {QStringLiteral("Price"), QStringLiteral("Nothing")}},
                .warning = {}};
    }
    std::vector<form::Parameter> parameters() override { return all; }
    WizardFact subjectOf(const form::Values &values) override
    {
        return {QString::fromStdString(text(values, "name")), QStringLiteral("%1 control plane, %2 workers").arg(QString::fromStdString(text(values, "controlPlanes")), QString::fromStdString(text(values, "workers")))};
    }
    void consider(form::Values values, Done<WizardAnswer> done) override
    {
        ++considered;
        WizardAnswer answer{.parameters = all};
        if (text(values, "name") == "taken")
            answer.problems.push_back({"name", "there is a cluster of this name already"});
        if (text(values, "name") == "overlaps")
            answer.problems.push_back({{}, "the addresses of pods and of services overlap, and no field by itself is wrong"});
        later([done, answer] { done(answer); });
    }
    std::string textOf(const form::Values &values) override
    {
        return "provider: kind\nname: " + text(values, "name") + "\ncontrolPlanes: " + text(values, "controlPlanes") + "\nworkers: " + text(values, "workers") + "\nengine: " + text(values, "engine") + "\n";
    }
    Result<form::Values> valuesOf(const std::string &text, const std::string &) override
    {
        form::Values values;
        for (const char *id : {"name", "workers"}) {
            const std::size_t at = text.find(std::string("\n") + id + ": ");
            if (at != std::string::npos)
                values.texts[id] = text.substr(at + std::string(id).size() + 3, text.find('\n', at + 1) - at - std::string(id).size() - 3);
        }
        if (values.texts.empty())
            return fail(ErrorKind::Invalid, "it is no spec of a cluster");
        return values;
    }
    QString fileName(const form::Values &values) override { return QString::fromStdString(text(values, "name")) + QStringLiteral(".yaml"); }
    QString commandLine(const form::Values &, const QString &file) override { return QStringLiteral("timonierctl cluster create -f ") + file; }

    std::unique_ptr<WizardChecking> check(form::Values values, Wake wake) override
    {
        ++checked;
        checking = std::make_shared<PlayedChecking::Stage>();
        checkWake = std::move(wake);
        checkedValues = values;
        if (checksAtOnce) {
            checking->checks = checks;
            checking->over = true;
            later(checkWake);
        }
        return std::make_unique<PlayedChecking>(checking);
    }
    void fix(form::Values values, form::Check, form::Fix fix, Done<Result<form::Values>> done) override
    {
        fixed.push_back(fix.id);
        if (onFix)
            onFix(fix.id, values);
        later([done, values] { done(values); });
    }
    void plan(form::Values, Done<Result<WizardPlan>> done) override
    {
        ++planned;
        if (planSlowly)
            heldPlan = done;
        else
            later([done, this] { done(thePlan); });
    }
    std::unique_ptr<WizardRun> start(form::Values, Wake wake) override { return begin("start", std::move(wake)); }
    std::unique_ptr<WizardRun> resume(plan::RunId, form::Values, Wake wake) override { return begin("resume", std::move(wake)); }
    std::unique_ptr<WizardRun> undo(form::Values, Wake wake) override { return begin("undo", std::move(wake)); }
    void foreseeUndo(form::Values, Done<Result<std::vector<plan::Creates>>> done) override
    {
        later([done] { done(std::vector<plan::Creates>{{"kind-cluster", "dev"}, {"kubeconfig-context", "kind-dev"}}); });
    }
    void result(form::Values values, Done<WizardResult> done) override
    {
        const QString name = QString::fromStdString(text(values, "name"));
        if (opens)
            return later([done] {
                done({.sentence = QStringLiteral("recognition is running"),
                      .made = {{QStringLiteral("Cluster"), QStringLiteral("kind-dev")}, {QStringLiteral("Namespace"), QStringLiteral("recognition")}},
                      .next = {{QStringLiteral("forward0"), QStringLiteral("Open the recognition page"), QStringLiteral("In the browser, through a port of this computer that leads to recognition-frontend"), true},
                               {QStringLiteral("show"), QStringLiteral("Show its objects"), QStringLiteral("Its pods and services, live")}}});
            });
        later([done, name] {
            done({.sentence = QStringLiteral("The cluster %1 is ready").arg(name),
                  .made = {{QStringLiteral("Context"), QStringLiteral("kind-%1 in ~/.kube/config").arg(name)}, {QStringLiteral("Nodes"), QStringLiteral("3, all ready")}},
                  .notes = {QStringLiteral("The kubeconfig as it was is kept as ~/.kube/config.timonier-backup.")},
                  .next = {{QStringLiteral("open"), QStringLiteral("Open the cluster"), QStringLiteral("Its nodes and pods, live")},
                           {QStringLiteral("deploy"), QStringLiteral("Deploy an application…"), QStringLiteral("From the catalogue, or an image of your own")}}});
        });
    }
    void next(const QString &id, const form::Values &, Tell tell) override
    {
        nexts << id;
        told = std::move(tell);
    }

    // What the test does with a run.
    void tell(plan::Event event)
    {
        event.run = 7;
        event.at = now += 100;
        run->events.push_back(std::move(event));
        runWake();
    }
    void begun(const std::vector<std::string> &steps, plan::Direction direction = plan::Direction::Forward)
    {
        plan::Event event{.kind = plan::Event::Kind::Begun, .title = "The kind cluster dev", .direction = direction};
        for (const std::string &title : steps)
            event.steps.push_back({.id = title, .title = title, .estimate = plan::Span(40'000)});
        tell(std::move(event));
    }
    void step(const std::string &id, plan::StepState state, std::optional<Error> error = {})
    {
        tell({.kind = plan::Event::Kind::Step, .step = id, .title = id, .state = state, .attempt = 1, .error = std::move(error)});
    }
    void part(const std::string &step, const std::string &id, plan::PartState state, const std::string &reason = {})
    {
        tell({.kind = plan::Event::Kind::Part, .step = step, .title = id, .part = id, .partState = state, .text = reason});
    }
    void line(const std::string &step, const std::string &text) { tell({.kind = plan::Event::Kind::Line, .step = step, .text = text}); }
    void progress(double fraction, int seconds) { tell({.kind = plan::Event::Kind::Progress, .fraction = fraction, .left = plan::Span(seconds * 1'000)}); }
    void end(plan::RunState state, std::optional<Error> error = {}, plan::Direction direction = plan::Direction::Forward)
    {
        tell({.kind = plan::Event::Kind::Ended, .title = "dev", .error = error, .direction = direction, .end = state, .changed = 1});
        run->ended = plan::Summary{.run = 7, .end = state, .changed = 1, .error = std::move(error)};
        runWake();
    }
    void checkNow(std::vector<form::Check> more, bool over = false)
    {
        for (form::Check &one : more)
            checking->checks.push_back(std::move(one));
        checking->over = over;
        checkWake();
    }

    std::vector<form::Parameter> all{
        {.id = "name", .title = "Name", .help = "What the cluster and its context are called.", .type = form::Type::Name, .initial = "dev", .required = true},
        {.id = "engine", .title = "Container engine", .group = "Nodes", .type = form::Type::Choice, .initial = "docker",
         .choices = {{.value = "docker", .title = "Docker", .help = "20.10.24 answers"}, {.value = "podman", .title = "Podman", .help = "4.3 answers, rootless"},
                     {.value = "nerdctl", .title = "nerdctl", .refused = "It is not installed here"}}},
        {.id = "controlPlanes", .title = "Control planes", .help = "Three make it highly available; one is enough to try things out.", .group = "Nodes", .type = form::Type::Integer, .initial = "1", .least = 1.0, .most = 7.0},
        {.id = "workers", .title = "Workers", .group = "Nodes", .type = form::Type::Integer, .initial = "2", .least = 0.0, .most = 50.0},
        {.id = "memory", .title = "Memory of each node", .group = "Nodes", .type = form::Type::Quantity, .initial = "2Gi"},
        {.id = "open", .title = "Open ports of this computer into it", .group = "Ports", .type = form::Type::Boolean, .initial = "false"},
        {.id = "port", .title = "Port", .help = "Leads to NodePort 30080 of the first node.", .group = "Ports", .type = form::Type::Port, .initial = "8080", .onlyIf = "open=true"},
        {.id = "image", .title = "Node image", .help = "Empty: the one that this kind was released with.", .group = "Details", .type = form::Type::Image, .advanced = true},
        {.id = "registry", .title = "Registry mirrors", .help = "One a line.", .group = "Details", .type = form::Type::Lines, .advanced = true},
        {.id = "password", .title = "Password of the registry", .group = "Details", .type = form::Type::Secret, .advanced = true},
        {.id = "addons", .title = "Add-ons", .group = "Details", .type = form::Type::Choices, .initial = "dns", .advanced = true,
         .choices = {{.value = "dns", .title = "CoreDNS"}, {.value = "storage", .title = "Local volumes"}, {.value = "metrics", .title = "metrics-server"}}},
        {.id = "kubeconfig", .title = "Kubeconfig", .help = "Where the cluster is entered.", .group = "Details", .type = form::Type::File, .advanced = true}};
    std::vector<form::Check> checks{{.id = "engine", .title = "Container engine", .state = form::CheckState::Good, .words = "Docker 20.10.24 answers"},
                                    {.id = "memory", .title = "Memory", .state = form::CheckState::Good, .words = "5.4 GiB free, 2.1 GiB wanted"}};
    bool checksAtOnce = true, planSlowly = false;
    bool opens = false;                // what is made is an application that is opened in the browser
    WizardPlan thePlan{.steps = {{.title = QStringLiteral("Fetch the node image kindest/node:v1.36.0"), .verdict = plan::Foreseen::Verdict::Already},
                                 {.title = QStringLiteral("Create the cluster dev"), .estimate = plan::Span(90'000), .creates = {{"kind-cluster", "dev"}}}},
                       .price = QStringLiteral("nothing")};
    Done<Result<WizardPlan>> heldPlan{};
    int considered = 0, checked = 0, planned = 0;
    form::Values checkedValues{};
    std::vector<std::string> fixed{}, begins{};
    std::function<void(const std::string &, form::Values &)> onFix{};
    std::shared_ptr<PlayedRun::Stage> run{};
    std::shared_ptr<PlayedChecking::Stage> checking{};
    Wake runWake{}, checkWake{};
    QStringList nexts{};
    Tell told{};                       // of what was pressed last
    std::int64_t now = 1'700'000'000'000;

private:
    std::string text(const form::Values &values, const std::string &id) const
    {
        const auto found = std::ranges::find(all, id, &form::Parameter::id);
        return found == all.end() ? std::string() : form::valueOf(*found, values);
    }
    std::unique_ptr<WizardRun> begin(const std::string &how, Wake wake)
    {
        begins.push_back(how);
        run = std::make_shared<PlayedRun::Stage>();
        runWake = std::move(wake);
        return std::make_unique<PlayedRun>(run);
    }
    void later(std::function<void()> call) { QMetaObject::invokeMethod(&m_here, std::move(call), Qt::QueuedConnection); }
    QObject m_here{};
};

} // namespace timonier
