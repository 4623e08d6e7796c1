// A real sshd on loopback, with host keys, configuration and (as root, in a mount namespace of its own) users, sudo and disks of its own: nothing of this machine is changed.
#pragma once

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

class SshServer
{
public:
    SshServer()
    {
        QFile::setPermissions(m_dir.path(), QFile::Permissions(0x7755));
    }
    ~SshServer() { stop(); }

    std::string dir() const { return m_dir.path().toStdString(); }
    std::string path(const std::string &name) const { return dir() + '/' + name; }
    quint16 port() const { return m_port; }
    // Whether there are users, sudo and disks.
    bool hasUsers() const { return m_hasUsers; }
    std::string user() const { return m_hasUsers ? "pilot" : qgetenv("USER").isEmpty() ? shell("id -un") : qgetenv("USER").toStdString(); }

    // Why there can be none here; empty: there can.
    static const char *missing()
    {
        if (!QFile::exists(QStringLiteral("/usr/sbin/sshd")) || shell("command -v ssh-keygen").empty())
            return "there is no sshd here: tests/run installs openssh-server";
        if (::geteuid() == 0 && !hasNamespaces() && !QFile::exists(QStringLiteral("/run/sshd")))
            return "root's sshd needs a /run/sshd, and there are no mount namespaces to have one in";
        return nullptr;
    }
    static bool hasNamespaces() { return shell("unshare --mount --propagation private sh -c 'mount -t tmpfs none /mnt && echo yes' 2>/dev/null") == "yes"; }

    // Empty, or why it does not start.
    QString start(const QByteArray &more = {})
    {
        const std::string dirs = "mkdir -p " + dir() + "/etc/pam.d " + dir() + "/keys " + dir() + "/home " + dir() + "/full " + dir() + "/readonly " + dir() + "/run";
        shell(dirs.c_str());
        for (const char *key : {"ssh-keygen -q -t ed25519 -N '' -f host_ed25519", "ssh-keygen -q -t ecdsa -N '' -f host_ecdsa", "ssh-keygen -q -t ed25519 -N '' -f key", "ssh-keygen -q -t ecdsa -N '' -f key_ecdsa",
                                "ssh-keygen -q -t rsa -b 2048 -N '' -f key_rsa", "ssh-keygen -q -t ed25519 -a 1 -N 'open sesame' -f key_secret", "ssh-keygen -q -t rsa -b 2048 -m PEM -N 'open sesame' -f key_pem",
                                "ssh-keygen -q -t ed25519 -N '' -f key_stranger"})
            shell(("cd " + dir() + " && [ -e $(set -- " + key + "; eval echo \\${$#}) ] || " + key).c_str());
        m_hasUsers = ::geteuid() == 0 && !shell("command -v sudo").empty() && hasNamespaces();
        const std::string keys = shell(("cat " + dir() + "/key.pub " + dir() + "/key_*.pub | grep -v -F \"$(cat " + dir() + "/key_stranger.pub)\"").c_str());
        writeUsers(keys);
        for (int attempt = 0; attempt < 3; ++attempt) {
            if (m_port == 0 || attempt > 0)
                m_port = freePort();
            write("sshd_config", "Port " + QByteArray::number(m_port) + "\nListenAddress 127.0.0.1\nPidFile none\nHostKey " + m_dir.path().toUtf8() + "/host_ed25519\nHostKey " + m_dir.path().toUtf8() + "/host_ecdsa\n"
                  "AuthorizedKeysFile " + m_dir.path().toUtf8() + "/keys/%u\nStrictModes no\nUsePAM " + (m_hasUsers ? "yes" : "no") + "\nPermitRootLogin yes\nPasswordAuthentication " + (m_hasUsers ? "yes" : "no") + "\nKbdInteractiveAuthentication " + (m_hasUsers ? "yes" : "no") + "\n"
                  "UseDNS no\nPrintMotd no\nMaxStartups 100\nBanner " + m_dir.path().toUtf8() + "/banner\n" + more +
                  "Match User twice\nAuthenticationMethods publickey,password\nMatch User asked\nPasswordAuthentication no\nMatch User keysonly\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
                  "Match User filesonly\nForceCommand internal-sftp\nMatch User narrow\nMaxSessions 2\nMatch User closed\nMaxSessions 0\n");
            write("banner", "*** Authorised pilots only. ***\n");
            m_process = std::make_unique<QProcess>();
            m_process->setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGTERM); });
            m_process->setProcessChannelMode(QProcess::MergedChannels);
            if (m_hasUsers)
                m_process->start(QStringLiteral("unshare"), {QStringLiteral("--mount"), QStringLiteral("--propagation"), QStringLiteral("private"), QStringLiteral("sh"), qEnvironmentVariable("TIMONIER_SOURCE_DIR") + QStringLiteral("/tests/unit/remote/host.sh"), m_dir.path()});
            else
                m_process->start(QStringLiteral("/usr/sbin/sshd"), {QStringLiteral("-D"), QStringLiteral("-e"), QStringLiteral("-f"), m_dir.filePath(QStringLiteral("sshd_config"))});
            QByteArray said;
            while (m_process->waitForReadyRead(5'000)) {
                said += m_process->readAll();
                if (said.contains("Server listening"))
                    return {};
            }
            m_process->kill();
            m_process->waitForFinished(1'000);
            m_failure = QString::fromUtf8(said);
        }
        return QStringLiteral("sshd does not start: ") + m_failure;
    }

    void stop()
    {
        if (!m_process)
            return;
        m_process->terminate();
        if (!m_process->waitForFinished(3'000))
            m_process->kill();
        m_process->waitForFinished(1'000);
        m_process.reset();
    }

    void write(const char *name, const QByteArray &text, int mode = 0644) const
    {
        QFile file(m_dir.filePath(QString::fromUtf8(name)));
        if (file.open(QIODevice::WriteOnly))
            file.write(text);
        file.close();
        ::chmod(file.fileName().toUtf8().constData(), static_cast<mode_t>(mode));
    }

    // "[127.0.0.1]:port ssh-ed25519 …", as known_hosts has it.
    std::string knownLine(quint16 at = 0, const char *key = "host_ed25519") const
    {
        return "[127.0.0.1]:" + std::to_string(at ? at : m_port) + ' ' + shell(("cut -d' ' -f1,2 " + path(key) + ".pub").c_str()) + '\n';
    }

    static std::string shell(const char *command)
    {
        QProcess process;
        process.start(QStringLiteral("sh"), {QStringLiteral("-c"), QString::fromUtf8(command)});
        process.waitForFinished(30'000);
        return process.readAllStandardOutput().trimmed().toStdString();
    }

    static quint16 freePort()
    {
        const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        void *generic = &address;
        ::bind(socket, static_cast<sockaddr *>(generic), sizeof address);
        ::getsockname(socket, static_cast<sockaddr *>(generic), &size);
        ::close(socket);
        return ntohs(address.sin_port);
    }

private:
    void writeUsers(const std::string &keys) const
    {
        if (!m_hasUsers) {
            write(("keys/" + user()).c_str(), QByteArray::fromStdString(keys + '\n'));
            return;
        }
        QByteArray passwd = QByteArray::fromStdString(shell("cat /etc/passwd") + '\n');
        QByteArray shadow, group = QByteArray::fromStdString(shell("cat /etc/group") + '\n');
        // "hafen-17"
        const QByteArray hash = "$6$timonier$" + QByteArray::fromStdString(shell("openssl passwd -6 -salt timonier hafen-17")).mid(12);
        const QByteArray home = m_dir.path().toUtf8() + "/home/";
        int uid = 54'000;
        write("run/fish", "#!/bin/sh\n# A login shell that greets and reads quotes its own way: fish, where it is installed.\necho 'Welcome to fish'; echo 'fish: noise' >&2\n"
              "[ \"$1\" = -c ] && command -v fish >/dev/null && exec fish -c \"$2\"\n[ \"$1\" = -c ] && exec /bin/sh -c \"$2\"\n", 0755);
        write("run/csh", "#!/bin/sh\necho 'csh greets'\n[ \"$1\" = -c ] && command -v csh >/dev/null && exec csh -c \"$2\"\n[ \"$1\" = -c ] && exec /bin/sh -c \"$2\"\n", 0755);
        for (const char *name : {"pilot", "free", "lowly", "asked", "twice", "keysonly", "filesonly", "homeless", "fishy", "cshy", "noshell", "cached", "tty", "french", "narrow", "closed"}) {
            const QByteArray user = name;
            const QByteArray shell = user == "fishy" ? m_dir.path().toUtf8() + "/run/fish" : user == "cshy" ? m_dir.path().toUtf8() + "/run/csh" : user == "noshell" ? QByteArray("/usr/sbin/nologin") : QByteArray("/bin/bash");
            passwd += user + ":x:" + QByteArray::number(uid) + ":54000::" + home + user + ":" + shell + "\n";
            shadow += user + ":" + hash + ":19000:0:99999:7:::\n";
            write(("keys/" + user.toStdString()).c_str(), QByteArray::fromStdString(keys + '\n'));
            if (user != "homeless")
                SshServer::shell(QByteArray("mkdir -p " + home + user + " && chown " + QByteArray::number(uid) + ":54000 " + home + user).constData());
            ++uid;
        }
        shadow += "root:*:19000:0:99999:7:::\nsshd:*:19000:0:99999:7:::\n";
        group += "crew:x:54000:\n";
        if (!passwd.contains("\nsshd:"))
            passwd += "sshd:x:53999:65534::/run/sshd:/usr/sbin/nologin\n";
        write("keys/root", QByteArray::fromStdString(keys + '\n'));
        write("home/french/.bashrc", "export LANG=fr_FR.UTF-8 LC_ALL=fr_FR.UTF-8 LANGUAGE=fr\necho Bonjour; echo 'bonjour les erreurs' >&2\n");
        write("etc/passwd", passwd);
        write("etc/shadow", shadow, 0600);
        write("etc/group", group);
        write("etc/sudoers", "Defaults env_reset, passwd_tries=3, timestamp_timeout=0\nDefaults:cached timestamp_timeout=5, timestamp_type=global\nDefaults:tty requiretty\nroot ALL=(ALL:ALL) ALL\n"
              "pilot,asked,cached,french,fishy ALL=(ALL:ALL) ALL\nfree,homeless,tty,cshy ALL=(ALL:ALL) NOPASSWD: ALL\n", 0440);
        for (const char *service : {"sshd", "sudo", "sudo-i", "other", "su"})
            write((std::string("etc/pam.d/") + service).c_str(), "auth required pam_unix.so nodelay\naccount required pam_unix.so\nsession required pam_permit.so\npassword required pam_deny.so\n");
    }

    QTemporaryDir m_dir{QStringLiteral("/tmp/timonier-ssh-XXXXXX")};
    std::unique_ptr<QProcess> m_process;
    quint16 m_port = 0;
    bool m_hasUsers = false;
    QString m_failure;
};
