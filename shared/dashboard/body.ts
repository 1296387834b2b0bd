/** One element of a widget's `metrics`: names in order, and how it is drawn at the end. */
export type Row = readonly (string | Drawn)[];

export type Drawn = {
  readonly id?: string;
  readonly expression?: string;
  readonly label?: string;
  readonly color?: string;
  readonly stat?: string;
  readonly visible?: boolean;
  readonly yAxis?: 'left' | 'right';
};

export type Line = { readonly value: number; readonly label: string; readonly color: string };

type Axis = { readonly label?: string; readonly min?: number; readonly max?: number; readonly showUnits?: boolean };

export type MetricProperties = {
  readonly title: string;
  readonly region: string;
  readonly view: 'timeSeries' | 'singleValue';
  readonly stacked?: boolean;
  readonly sparkline?: boolean;
  readonly period: number;
  readonly stat?: string;
  readonly legend?: { readonly position: 'bottom' | 'right' | 'hidden' };
  readonly yAxis?: { readonly left?: Axis; readonly right?: Axis };
  readonly annotations?: { readonly horizontal: readonly Line[] };
  readonly metrics: readonly Row[];
};

/** A widget before it has its place. */
export type Widget =
  | { readonly type: 'metric'; readonly width: number; readonly height: number; readonly properties: MetricProperties }
  | {
      readonly type: 'text';
      readonly width: number;
      readonly height: number;
      readonly properties: { readonly markdown: string; readonly background?: 'transparent' | 'solid' };
    }
  | {
      readonly type: 'alarm';
      readonly width: number;
      readonly height: number;
      readonly properties: {
        readonly title: string;
        readonly alarms: readonly string[];
        readonly states: readonly ('ALARM' | 'INSUFFICIENT_DATA' | 'OK')[];
        readonly sortBy: 'stateUpdatedTimestamp';
      };
    };

const COLUMNS = 24;

/** Gives widgets their places: from left to right, and a new row where one does not fit. A heading is a row by itself. */
export function placed(widgets: readonly Widget[]): (Widget & { x: number; y: number })[] {
  let [x, y, rowHeight] = [0, 0, 0];
  return widgets.map((widget) => {
    if (x + widget.width > COLUMNS) [x, y, rowHeight] = [0, y + rowHeight, 0];
    const at = { x, y };
    x += widget.width;
    rowHeight = Math.max(rowHeight, widget.height);
    return { ...widget, ...at };
  });
}
