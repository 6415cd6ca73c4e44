// The parts of Apache ECharts that the report draws with; everything else stays out of the page.
import { use } from "echarts/core";
import { BarChart, CustomChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";

use([AriaComponent, BarChart, CustomChart, GridComponent, LegendComponent, LineChart, SVGRenderer, TooltipComponent]);

export { init } from "echarts/core";
