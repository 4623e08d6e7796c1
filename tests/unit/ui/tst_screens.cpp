// Two screens of different resolution: the window is dragged from one to the other, and everything is drawn anew for it, as sharp as that one is.
#include "fake_cluster.h"

#include "ui/theme/colours.h"
#include "ui/views/main_window.h"
#include "ui/views/table_page.h"
#include "ui/views/table_view.h"

#include <QGuiApplication>
#include <QScreen>
#include <QTemporaryFile>
#include <QTest>
#include <QWindow>

using namespace timonier;
using namespace Qt::StringLiterals;

namespace {

Batch pods(int count)
{
    std::mt19937 random(42);
    Batch batch;
    for (int i = 0; i < count; ++i)
        batch.changes[fakeUid(i)] = makeRow(fakeUid(i), fakePod(i, random));
    return batch;
}

} // namespace

class tst_screens : public QObject
{
    Q_OBJECT
private slots:
    void a_window_goes_from_one_screen_to_a_finer_one_and_back();
};

void tst_screens::a_window_goes_from_one_screen_to_a_finer_one_and_back()
{
    QCOMPARE(QGuiApplication::screens().size(), 2);
    QCOMPARE(QGuiApplication::screens().at(1)->devicePixelRatio(), 2.0);
    FakeOpener opener;
    MainWindow window(opener, fakeKinds(), {.context = {}, .ns = {}, .kind = u"pods"_s, .select = {}});
    window.resize(1100, 700);
    window.show();
    window.setContexts({.contexts = {{.name = u"lab"_s}}, .current = u"lab"_s, .searched = {}});
    opener.answer();
    FakeTable &table = opener.tables["pods/"];
    table.put(pods(500));
    table.state(ReflectorState::Watching, true);
    QTRY_COMPARE(window.tablePage()->model().total(), 500);
    for (const int number : {1, 0}) {
        QScreen *screen = QGuiApplication::screens().at(number);
        window.windowHandle()->setScreen(screen);
        window.move(screen->geometry().topLeft() + QPoint(20, 20));
        QTRY_COMPARE(window.devicePixelRatioF(), screen->devicePixelRatio());
        const QPixmap seen = window.grab();
        QCOMPARE(seen.size(), window.size() * screen->devicePixelRatio());
        // Sharp: neighbouring pixels differ in places, as no picture does that was blown up to twice its size.
        const QImage image = window.findChild<TableView *>()->grab().toImage();
        int single = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x + 1 < image.width(); x += 2)
                single += image.pixel(x, y) != image.pixel(x + 1, y);
        QVERIFY2(single > 2'000, qPrintable(QString::number(single)));
        // And it goes on living there.
        table.put(pods(number == 1 ? 600 : 700));
        QTRY_COMPARE(window.tablePage()->model().total(), number == 1 ? 600 : 700);
    }
}

int main(int argc, char **argv)
{
    // The offscreen platform takes its screens from a file.
    QTemporaryFile screens;
    if (!screens.open())
        return 1;
    screens.write(R"({"screens":[{"name":"coarse","x":0,"y":0,"width":1280,"height":800,"logicalDpi":96,"logicalBaseDpi":96,"dpr":1},
                                 {"name":"fine","x":1280,"y":0,"width":2560,"height":1600,"logicalDpi":96,"logicalBaseDpi":96,"dpr":2}]})");
    screens.flush();
    qputenv("QT_QPA_PLATFORM", "offscreen:configfile=" + screens.fileName().toUtf8());
    QApplication application(argc, argv);
    applyTheme(ThemeChoice::Light);
    tst_screens test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_screens.moc"
