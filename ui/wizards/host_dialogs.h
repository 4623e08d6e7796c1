// What is asked while hosts are reached: whether a key may be trusted, a password. Nothing is decided by pressing Return too soon, but for a password. GUI thread.
#pragma once

#include <QDialog>

class QCheckBox;
class QLineEdit;

namespace timonier {

struct HostKeyWords {
    QString host{}, through{}, type{}, fingerprint{}, file{};
};

// Accepted: it may be trusted from now on. Closing it refuses.
class HostKeyDialog final : public QDialog
{
    Q_OBJECT
public:
    explicit HostKeyDialog(const HostKeyWords &key, QWidget *parent = nullptr);
};

struct HostSecretWords {
    QString title{};   // "Password of ops@198.51.100.11"
    QString help{};
    bool again = false; // the one before was not accepted
    bool mayKeep = true;
    QString user{};     // whose it may be on other hosts, too; empty: it is for this one alone
    bool forAll = false; // what is ticked before a person has chosen
};

class HostSecretDialog final : public QDialog
{
    Q_OBJECT
public:
    explicit HostSecretDialog(const HostSecretWords &words, QWidget *parent = nullptr);
    QString secret() const;
    bool keep() const; // in the system's store of passwords
    bool forAll() const; // for all hosts of that user

private:
    QLineEdit *m_edit;
    QCheckBox *m_all = nullptr, *m_keep = nullptr;
};

} // namespace timonier
