// French is complete: a string that is not translated would be English in the middle of a French window.
#include <QFile>
#include <QTest>
#include <QXmlStreamReader>

class tst_translations : public QObject
{
    Q_OBJECT
private slots:
    void nothing_is_unfinished_data();
    void nothing_is_unfinished();
};

void tst_translations::nothing_is_unfinished_data()
{
    QTest::addColumn<QString>("file");
    QTest::newRow("fr") << QStringLiteral("timonier_fr.ts");
    QTest::newRow("en, plurals") << QStringLiteral("timonier_en.ts");
}

void tst_translations::nothing_is_unfinished()
{
    QFETCH(QString, file);
    QFile ts(qEnvironmentVariable("TIMONIER_SOURCE_DIR") + QStringLiteral("/translations/") + file);
    QVERIFY(ts.open(QIODevice::ReadOnly));
    QXmlStreamReader xml(&ts);
    QString source;
    int messages = 0;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (xml.name() == QStringLiteral("source")) {
            source = xml.readElementText();
        } else if (xml.name() == QStringLiteral("translation")) {
            ++messages;
            QVERIFY2(!xml.attributes().hasAttribute(QStringLiteral("type")), qPrintable(source));
            QVERIFY2(!xml.readElementText(QXmlStreamReader::IncludeChildElements).trimmed().isEmpty(), qPrintable(source));
        }
    }
    QVERIFY(!xml.hasError());
    QVERIFY(messages > 0);
}

QTEST_GUILESS_MAIN(tst_translations)
#include "tst_translations.moc"
