#include "provision/kubeadm/snapshot_file.h"

#include "base/say.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QFile>
#include <QFileInfo>

#include <array>
#include <cstring>
#include <optional>

namespace timonier::kubeadm {

namespace {

// bbolt's file (go.etcd.io/bbolt, internal/common: page.go, meta.go, bucket.go): pages of numbers as x86 and ARM have them, little end first.
constexpr std::uint32_t magic = 0xED0CDAED;
constexpr std::size_t pageHeader = 16, elementSize = 16, sumSize = 32;
constexpr std::uint16_t branch = 0x01, leaf = 0x02;
constexpr std::uint32_t isBucket = 0x01;

template <class Number>
Number numberAt(const QByteArray &bytes, std::size_t at)
{
    Number number{};
    if (at + sizeof number <= std::size_t(bytes.size()))
        std::memcpy(&number, bytes.constData() + at, sizeof number);
    return number;
}

class Bolt
{
public:
    explicit Bolt(QFile &file) : m_file(file) {}

    // Of the bucket "key": its newest revision. None: this is no database of etcd's, or its pages lead nowhere.
    std::optional<std::int64_t> revision()
    {
        const auto root = rootPage();
        if (!root)
            return {};
        const auto bucket = bucketPage(*root, "key");
        if (!bucket)
            return {};
        const QByteArray last = lastKey(*bucket);
        if (last.isNull())
            return {};
        if (last.isEmpty())
            return 0;
        if (last.size() < 17) // server/storage/mvcc/revision.go: main, '_', sub, the first end first
            return {};
        std::uint64_t main = 0;
        for (int i = 0; i < 8; ++i)
            main = main << 8 | static_cast<unsigned char>(last[i]);
        return static_cast<std::int64_t>(main);
    }

private:
    // The meta page of the newest transaction.
    std::optional<std::uint64_t> rootPage()
    {
        m_file.seek(0);
        const QByteArray first = m_file.read(4096);
        m_pageSize = numberAt<std::uint32_t>(first, pageHeader + 8);
        if (numberAt<std::uint32_t>(first, pageHeader) != magic || m_pageSize < 1024 || m_pageSize > (1u << 20))
            return {};
        m_file.seek(m_pageSize);
        const QByteArray second = m_file.read(4096);
        const auto transaction = [](const QByteArray &meta) { return numberAt<std::uint32_t>(meta, pageHeader) == magic ? numberAt<std::uint64_t>(meta, pageHeader + 48) : 0; };
        return numberAt<std::uint64_t>(transaction(second) > transaction(first) ? second : first, pageHeader + 16);
    }
    QByteArray page(std::uint64_t id)
    {
        if (id > std::uint64_t(m_file.size()) / m_pageSize || !m_file.seek(qint64(id * m_pageSize)))
            return {};
        QByteArray head = m_file.read(m_pageSize);
        const auto more = numberAt<std::uint32_t>(head, 12); // pages that belong to it
        if (more > std::uint64_t(m_file.size()) / m_pageSize)
            return {};
        return more ? head + m_file.read(qint64(more) * m_pageSize) : head;
    }
    struct Element {
        QByteArray key{};
        std::uint64_t page = 0; // of a branch's, or of a bucket's
        bool bucket = false;
    };
    static std::optional<Element> element(const QByteArray &page, std::size_t index)
    {
        const std::size_t at = pageHeader + index * elementSize;
        const bool isLeaf = numberAt<std::uint16_t>(page, 8) & leaf;
        const std::size_t position = at + numberAt<std::uint32_t>(page, isLeaf ? at + 4 : at), size = numberAt<std::uint32_t>(page, isLeaf ? at + 8 : at + 4);
        if (position + size > std::size_t(page.size()))
            return {};
        Element element{.key = page.mid(qsizetype(position), qsizetype(size))};
        if (!isLeaf)
            element.page = numberAt<std::uint64_t>(page, at + 8);
        else if (numberAt<std::uint32_t>(page, at) & isBucket) {
            element.bucket = true;
            element.page = numberAt<std::uint64_t>(page, position + size);
        }
        return element;
    }
    std::optional<std::uint64_t> bucketPage(std::uint64_t root, const QByteArray &name)
    {
        for (int depth = 0; depth < 32; ++depth) {
            const QByteArray bytes = page(root);
            const auto kind = numberAt<std::uint16_t>(bytes, 8), count = numberAt<std::uint16_t>(bytes, 10);
            std::optional<Element> found;
            for (std::size_t i = 0; i < count; ++i) {
                const auto one = element(bytes, i);
                if (!one)
                    return {};
                if (kind & leaf ? one->key == name && one->bucket : i == 0 || one->key <= name)
                    found = one;
            }
            if (!found)
                return {};
            root = found->page;
            if (kind & leaf)
                return root ? std::optional(root) : std::nullopt; // an empty one lies within its parent
            if (!(kind & branch))
                return {};
        }
        return {};
    }
    QByteArray lastKey(std::uint64_t root)
    {
        for (int depth = 0; depth < 32; ++depth) {
            const QByteArray bytes = page(root);
            const auto kind = numberAt<std::uint16_t>(bytes, 8), count = numberAt<std::uint16_t>(bytes, 10);
            if (!(kind & (leaf | branch)))
                return {};
            if (count == 0)
                return QByteArray("");
            const auto last = element(bytes, count - 1);
            if (!last)
                return {};
            if (kind & leaf)
                return last->key;
            root = last->page;
        }
        return {};
    }

    QFile &m_file;
    std::uint32_t m_pageSize = 4096;
};

} // namespace

Result<SnapshotFile> readSnapshotFile(const std::string &name)
{
    QFile file(QString::fromStdString(name));
    const auto wrong = [&name](ErrorKind kind, std::string message, std::string hint = {}) {
        return std::unexpected(Error{.kind = kind, .message = std::move(message), .hint = std::move(hint), .context = {{"file", name}}});
    };
    if (!file.open(QIODevice::ReadOnly))
        return wrong(file.exists() ? ErrorKind::Io : ErrorKind::NotFound, say("Core", "the file {} cannot be read", name));
    SnapshotFile snapshot{.size = std::uint64_t(file.size()), .taken = QFileInfo(file).lastModified().toSecsSinceEpoch()};
    if (snapshot.size < sumSize || snapshot.size % 512 != sumSize)
        return wrong(ErrorKind::Invalid, say("Core", "{} is no snapshot of etcd, or not all of it", name), say("Core", "One is made by: timonierctl cluster backup"));
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (std::uint64_t left = snapshot.size - sumSize; left;) {
        const QByteArray piece = file.read(qint64(std::min<std::uint64_t>(left, 1u << 20)));
        if (piece.isEmpty())
            return wrong(ErrorKind::Io, say("Core", "the file {} cannot be read", name));
        hash.addData(piece);
        left -= std::uint64_t(piece.size());
    }
    const QByteArray sum = hash.result();
    if (file.read(sumSize) != sum)
        return wrong(ErrorKind::Invalid, say("Core", "{} was damaged: its sum is not the one that etcd gave it", name), say("Core", "Take another snapshot"));
    snapshot.sum = sum.toHex().toStdString();
    const auto revision = Bolt(file).revision();
    if (!revision)
        return wrong(ErrorKind::Invalid, say("Core", "{} is whole, and no data of etcd", name));
    snapshot.revision = *revision;
    return snapshot;
}

} // namespace timonier::kubeadm
