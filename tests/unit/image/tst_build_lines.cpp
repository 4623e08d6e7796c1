#include "image/build_lines.h"

#include <QTest>

using namespace timonier::image;

class TestBuildLines : public QObject
{
    Q_OBJECT
private slots:
    void everyBuildersLineSaysHowFarItIs_data()
    {
        QTest::addColumn<std::string>("line");
        QTest::addColumn<double>("done"); // -1: says nothing
        const auto row = [](const char *name, const char *line, double done) { QTest::newRow(name) << std::string(line) << done; };
        row("buildkit", "#7 [2/5] COPY . .", 0.2);
        row("buildkit, a stage", "#12 [build 4/4] RUN make", 0.75);
        row("buildkit's own", "#1 [internal] load build definition from Dockerfile", -1);
        row("buildkit done", "#7 DONE 0.2s", -1);
        row("the old builder", "Step 1/3 : FROM scratch", 0);
        row("buildah", "STEP 3/3: CMD [\"/app\"]", 2.0 / 3);
        row("buildah of two stages", "[1/2] STEP 1/3: FROM x", -1);
        row("what the program prints", "Step by step", -1);
        row("nonsense", "Step 7/3 : x", -1);
        row("nothing", "", -1);
    }
    void everyBuildersLineSaysHowFarItIs()
    {
        QFETCH(std::string, line);
        QFETCH(double, done);
        QCOMPARE(buildProgress(line).value_or(-1), done);
    }

    void layersAreCountedAsTheyArrive()
    {
        LayerCount layers;
        QVERIFY(!layers.add("The push refers to repository [localhost:5000/app]"));
        QCOMPARE(layers.add("5f70bf18a086: Preparing"), std::optional(0.0));
        QCOMPARE(layers.add("a2e53cf61f31: Preparing"), std::optional(0.0));
        QCOMPARE(layers.add("5f70bf18a086: Pushed"), std::optional(0.5));
        QCOMPARE(layers.add("a2e53cf61f31: Layer already exists"), std::optional(1.0));
        QVERIFY(!layers.add("1.0: digest: sha256:abc size: 527"));
    }

    void theReasonIsFoundAmongTheLastLines_data()
    {
        QTest::addColumn<std::string>("errors");
        QTest::addColumn<std::string>("reason");
        QTest::newRow("docker") << std::string("DEPRECATED: The legacy builder\nThe command '/bin/sh -c make' returned a non-zero code: 2\n") << std::string("The command '/bin/sh -c make' returned a non-zero code: 2");
        QTest::newRow("buildkit") << std::string("#5 0.1 x\nERROR: failed to solve: process \"/bin/sh -c false\" did not complete successfully: exit code: 1\n------\n") << std::string("ERROR: failed to solve: process \"/bin/sh -c false\" did not complete successfully: exit code: 1");
        QTest::newRow("docker run") << std::string("docker: Error response from daemon: no such file\nRun 'docker run --help' for more information\n") << std::string("docker: Error response from daemon: no such file");
        QTest::newRow("only words") << std::string("one\ntwo\n\n") << std::string("two");
        QTest::newRow("nothing") << std::string("") << std::string("");
    }
    void theReasonIsFoundAmongTheLastLines()
    {
        QFETCH(std::string, errors);
        QFETCH(std::string, reason);
        QCOMPARE(reasonIn(errors), reason);
    }
};

QTEST_GUILESS_MAIN(TestBuildLines)
#include "tst_build_lines.moc"
