// What the overview is made of: a tile with a ring of readiness, and a bar of what is asked for and used of what there is.
#pragma once

#include "ui/models/status_tone.h"

#include <QAbstractButton>
#include <QWidget>

namespace timonier {

// A panel with a line around it, and a heading.
class Card final : public QWidget
{
    Q_OBJECT
public:
    Card(const QString &name, const QString &title, QWidget *parent = nullptr);
    void add(QWidget *widget);

protected:
    void paintEvent(QPaintEvent *event) override;
};

// "Nodes, 7 of 8 ready": a ring, and a button that leads to them.
class ReadyTile final : public QAbstractButton
{
    Q_OBJECT
public:
    ReadyTile(const QString &name, const QString &title, QWidget *parent = nullptr);
    // `of` 0: there are none. `detail` stands below, dim.
    void tell(int ready, int of, const QString &words, const QString &detail, Tone tone);
    // Not known, and why.
    void sayUnknown(const QString &why);
    QSize sizeHint() const override { return {200, 76}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int m_ready = 0;
    int m_of = 0;
    QString m_words;
    QString m_short;            // where there is no room for the words
    QString m_detail;
    Tone m_tone = Tone::Busy;
};

// Asked for, used and there: three lengths in one bar, and the figures in words.
class CapacityBar final : public QWidget
{
    Q_OBJECT
public:
    CapacityBar(const QString &name, const QString &title, QWidget *parent = nullptr);
    // Shares of what there is, 0 to 1 and more; `used` < 0: not known.
    void tell(double requested, double used, const QString &words);
    QSize sizeHint() const override { return {240, 48}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_title;
    QString m_words;
    double m_requested = 0;
    double m_used = -1;
};

} // namespace timonier
