#include "wiring.h"

#include "open_session.h"

#include <QMetaObject>

namespace timonier {

namespace {

std::size_t fingerprintOf(const ResolvedContext &context)
{
    std::size_t hash = 0;
    const auto add = [&hash](const std::string &text) { hash = hash * 31 + std::hash<std::string>{}(text); };
    const Endpoint &endpoint = context.endpoint;
    for (const std::string *text : {&endpoint.server, &endpoint.caPem, &endpoint.tlsServerName, &endpoint.proxyUrl,
                                    &endpoint.impersonate.user})
        add(*text);
    hash = hash * 2 + (endpoint.insecureSkipTlsVerify ? 1 : 0);
    const UserSpec &user = context.user;
    for (const std::string *text : {&user.certificateFile, &user.certificatePem, &user.keyFile, &user.tokenFile, &user.username})
        add(*text);
    add(user.token.reveal());
    add(user.keyPem.reveal());
    add(user.password.reveal());
    if (user.exec) {
        add(user.exec->command);
        for (const std::string &argument : user.exec->arguments)
            add(argument);
        for (const auto &[key, value] : user.exec->environment)
            add(key + "=" + value);
    }
    return hash;
}

ContextList contextsOf(const Session &session)
{
    ContextList list;
    for (const std::string &path : session.kubeconfigPaths())
        list.searched += (list.searched.isEmpty() ? QString() : QStringLiteral("\n")) + QString::fromStdString(path);
    const Result<Kubeconfig> kubeconfig = session.kubeconfig();
    if (!kubeconfig) {
        if (kubeconfig.error().kind != ErrorKind::NotFound) // none at all is no fault: the window says welcome
            list.problem = kubeconfig.error();
        return list;
    }
    list.current = QString::fromStdString(kubeconfig->currentContext());
    for (const ContextInfo &context : kubeconfig->contexts()) {
        ContextChoice choice{.name = QString::fromStdString(context.name),
                             .ns = QString::fromStdString(context.ns),
                             .server = QString::fromStdString(context.server),
                             .insecure = context.insecureSkipTlsVerify,
                             .problem = context.problem};
        if (!choice.problem) {
            if (const auto resolved = kubeconfig->resolve(context.name))
                choice.fingerprint = fingerprintOf(*resolved);
            else
                choice.problem = resolved.error();
        }
        list.contexts.push_back(std::move(choice));
    }
    return list;
}

} // namespace

SessionOpener::SessionOpener(std::shared_ptr<Session> session)
    : m_session(std::move(session)), m_here(std::make_shared<QObject>()), m_worker(std::make_shared<Worker>("open")),
      m_closing(std::make_shared<Worker>("close"))
{
}

SessionOpener::~SessionOpener()
{
    m_worker->stop();
    m_closing->stop(); // clusters that were not closed yet go with their tasks
}

void SessionOpener::open(const QString &context, Done done)
{
    m_worker->post([session = m_session, here = std::weak_ptr(m_here), closing = m_closing, name = context.toStdString(),
                    done = std::move(done)] {
        auto connection = session->connect(name);
        const auto receiver = here.lock();
        if (!receiver)
            return;
        QMetaObject::invokeMethod(
            receiver.get(),
            [closing, done, connection = std::move(connection)]() mutable {
                if (connection)
                    done(std::make_shared<OpenSession>(std::move(connection->transport), std::move(connection->streams), closing));
                else
                    done(std::unexpected(std::move(connection).error()));
            },
            Qt::QueuedConnection);
    });
}

ContextReader::ContextReader(std::shared_ptr<Session> session)
    : m_session(std::move(session)), m_worker(std::make_unique<Worker>("kubeconfig"))
{
    m_timer.setInterval(2000);
    connect(&m_timer, &QTimer::timeout, this, &ContextReader::look);
}

ContextReader::~ContextReader() { m_worker->stop(); }

void ContextReader::start()
{
    m_timer.start();
    look();
}

void ContextReader::look()
{
    m_worker->post([this] {
        if (m_stamp && !m_stamp->changed())
            return;
        if (!m_stamp)
            m_stamp = FileStamp(m_session->kubeconfigPaths());
        const ContextList list = contextsOf(*m_session);
        QMetaObject::invokeMethod(this, [this, list] { emit read(list); }, Qt::QueuedConnection);
    });
}

std::vector<KindSpec> windowKinds()
{
    const auto kinds = typedKinds();
    return {kinds.begin(), kinds.end()};
}

} // namespace timonier
