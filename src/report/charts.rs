//! Charts: one look, always with a title, axis titles with units, alt text,
//! and ranges on a named sheet.

use rust_xlsxwriter::{
    Chart, ChartAxisCrossing, ChartAxisLabelPosition, ChartDataLabel, ChartFont, ChartFormat,
    ChartLegendPosition, ChartLine, ChartPoint, ChartSolidFill, ChartType, Worksheet, XlsxError,
};

use super::brand::Palette;
use super::language::Language;
use super::style::NAVY;

/// The colour of a bar that is not drawn: it only lifts what stands on it.
pub(crate) const CLEAR: u32 = u32::MAX;

/// Colours and language of the charts of a workbook.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) palette: Palette,
    pub(crate) language: Language,
}

/// One series: its name, its values and its colour.
pub(crate) struct Series {
    pub(crate) name: &'static str,
    pub(crate) values: String,
    pub(crate) colour: u32,
}

/// A chart over one range of categories.
pub(crate) struct Spec<'a> {
    pub(crate) kind: ChartType,
    pub(crate) title: &'a str,
    pub(crate) categories_title: &'a str,
    pub(crate) values_title: &'a str,
    pub(crate) alt: &'a str,
    pub(crate) categories: String,
    pub(crate) series: Vec<Series>,
    pub(crate) labels: bool,
    pub(crate) number_format: &'a str,
    pub(crate) size: (u32, u32),
    /// Colours of the single bars of the first series, where they differ.
    /// [`CLEAR`] bars have no label either.
    pub(crate) points: &'a [u32],
}

/// Puts a chart on a page, its corner in the cell.
pub(crate) fn insert(
    page: &mut Worksheet,
    Look { palette, language }: Look,
    cell: (u32, u16),
    spec: &Spec<'_>,
) -> Result<(), XlsxError> {
    let mut chart = Chart::new(spec.kind);
    let mut heading = ChartFont::new();
    heading.set_size(12).set_bold().set_color(palette.colour(NAVY));
    chart.title().set_name(language.tell(spec.title).as_ref()).set_font(&heading);
    let mut small = ChartFont::new();
    small.set_size(9).unset_bold();
    let mut grid = ChartLine::new();
    grid.set_color(0xD9_D9D9).set_width(0.5);
    // The library names axes by where they lie: those of a bar chart change
    // places, and it counts its categories from below where a reader starts
    // above.
    let lying = spec.kind == ChartType::Bar;
    let categories = if lying { chart.y_axis() } else { chart.x_axis() };
    categories
        .set_name(language.tell(spec.categories_title).as_ref())
        .set_name_font(&small)
        .set_font(&small)
        .set_major_gridlines(false)
        // Beside the chart even where bars go below zero.
        .set_label_position(ChartAxisLabelPosition::Low);
    if lying {
        categories.set_reverse().set_crossing(ChartAxisCrossing::Max);
    }
    let values = if lying { chart.x_axis() } else { chart.y_axis() };
    values
        .set_name(language.tell(spec.values_title).as_ref())
        .set_name_font(&small)
        .set_font(&small)
        .set_num_format(spec.number_format)
        .set_major_gridlines(true)
        .set_major_gridlines_line(&grid);
    for (number, series) in spec.series.iter().enumerate() {
        let mut fill = ChartSolidFill::new();
        fill.set_color(palette.colour(series.colour));
        let mut format = ChartFormat::new();
        format.set_solid_fill(&fill);
        let line = chart.add_series();
        line.set_name(language.tell(series.name).as_ref())
            .set_categories(&format!("={}", spec.categories))
            .set_values(&format!("={}", series.values))
            .set_format(&mut format)
            .set_gap(60);
        let points = if number == 0 { spec.points } else { &[] };
        if !points.is_empty() {
            line.set_points(
                &points.iter().map(|colour| bar(palette.colour(*colour))).collect::<Vec<_>>(),
            );
        }
        // On bars that carry others there is room for labels of the first only.
        if spec.labels && (number == 0 || !spec.points.contains(&CLEAR)) {
            let mut label = ChartDataLabel::new();
            label.show_value().set_num_format(spec.number_format).set_font(&small);
            line.set_data_label(&label);
            if points.contains(&CLEAR) {
                let mut light = ChartFont::new();
                light.set_size(9).set_bold().set_color(0xFF_FFFF);
                label.set_font(&light);
                let one = |colour: &u32| {
                    if *colour == CLEAR {
                        ChartDataLabel::new().set_hidden().clone()
                    } else {
                        label.clone()
                    }
                };
                line.set_custom_data_labels(&points.iter().map(one).collect::<Vec<_>>());
            }
        }
    }
    if spec.series.len() > 1 {
        chart.legend().set_position(ChartLegendPosition::Bottom).set_font(&small);
    } else {
        chart.legend().set_hidden();
    }
    chart.set_alt_text(language.tell(spec.alt)).set_width(spec.size.0).set_height(spec.size.1);
    page.insert_chart(cell.0, cell.1, &chart)?;
    Ok(())
}

/// One bar of a series.
fn bar(colour: u32) -> ChartPoint {
    let mut format = ChartFormat::new();
    if colour == CLEAR {
        format.set_no_fill();
    } else {
        format.set_solid_fill(ChartSolidFill::new().set_color(colour));
    }
    ChartPoint::new().set_format(&mut format)
}
