# ruff: noqa: E501
"""Small exports in the form of each program, invented."""

from __future__ import annotations

CRONOMETER = """Day,Time,Group,Food Name,Amount,Energy (kcal),Magnesium (mg),Vitamin D (IU),Vitamin A (IU),Protein (g),Carbs (g),\
Fat (g),Category
2026-03-13,08:30,Breakfast,"Oats, Rolled, Dry",40.00 g,151.6,55,0,,5.3,27,2.6,Cereals
2026-03-13,12:30,Lunch,Zorblax Quimby Wrap,1.00 full recipe,1204.10,80,40,900,53.89,90,60,
2026-03-13,19:00,Dinner,French Fries,150.00 g,293.24,30,,,2.90,40,14,Vegetables
2026-03-14,08:30,Breakfast,"Milk, whole",244 g,149,24,124,395,7.7,11.7,7.9,Dairy
"""
CRONOMETER_DAYS = """Date,Energy (kcal),Magnesium (mg),Protein (g),Carbs (g),Fat (g),Completed
2026-02-01,,,,,,false
2026-02-02,2100.0,310,120.0,250.0,70.0,true
2026-02-03,1900.0,,100,210,65,true
"""
MYFITNESSPAL = """Date,Meal,Calories,Fat (g),Saturated Fat,Polyunsaturated Fat,Monounsaturated Fat,Trans Fat,Cholesterol,\
Sodium (mg),Potassium,Carbohydrates (g),Fiber,Sugar,Protein (g),Vitamin A,Vitamin C,Calcium,Iron,Note
2026-01-05,Breakfast,400.0,10.0,3.0,1.0,4.0,0.0,50.0,300.0,400.0,55.0,6.0,12.0,20.0,10.0,40.0,15.0,8.0,
2026-01-05,Lunch,"1,050",22.0,,2.0,1,0,30,900,500,80,8,10,40,1,2,3,4,"busy, day"
2026-01-06,Dinner,700,25,5,2,1,0,30,900,500,80,8,10,40,1,2,3,4,
2026-01-06,Daily Total,700,25,5,2,1,0,30,900,500,80,8,10,40,1,2,3,4,
"""
ASA24 = """UserName,RecallNo,Occ_No,Occ_Name,FoodNum,FoodCode,HowMany,FoodAmt,KCAL,PROT,TFAT,CARB,MAGN,VITD,Food_Description
A1,1,1,1,1,92101000,2,480,4.8,0.6,0.1,0,14.4,0,"Coffee, brewed"
A1,1,1,1,2,99999999,1,100,250,5,10,35,20,,"Zorblax, toasted"
A1,2,1,3,1,63107010,1,126,112,1.4,0.4,28.8,34,0,"Banana, raw"
"""
INTAKE24 = """Survey ID,User ID,Start time,Submission time,Meal ID,Meal name,Food ID,Search term,Intake24 food code,\
Description (en),Nutrient table code,Brand,Portion size (g/ml),Missing food description,Energy (kcal),Protein (g),Carbohydrate (g),Fat (g)
s1,u1,2026-04-01T08:00:00Z,2026-04-01T09:00:00Z,1,Breakfast,1,banana,BNNA,"Banana, raw",1234,N/A,110,N/A,98,1.2,25,0.3
s1,u1,2026-04-01T08:00:00Z,2026-04-01T09:00:00Z,2,Lunch,2,zorblax,ZRBX,Zorblax slice,1235,N/A,80,N/A,300,9,30,15
s2,u1,2026-04-03T08:00:00Z,2026-04-03T09:00:00Z,1,Snack,1,milk,MILK,"Milk, whole",1236,N/A,200,N/A,128,6.6,9.2,7.2
"""
NHANES = """SEQN,DR1ILINE,DR1_030Z,DR1IFDCD,DR1IGRMS,DR1IKCAL,DR1IPROT,DR1ITFAT,DR1ICARB,DR1IMAGN,DR1IVD
70001,1,1,92101000,480,4.8,0.6,0.1,0,14.4,0
70001,2,2,99999999,100,200,5,2,40,20,.
70001,3,3,63107010,126,112,1.4,0.4,28.8,34,0
"""
GERMAN = """Datum;Mahlzeit;Lebensmittel;Menge;Energy (kJ);Protein (g)
2026-05-01;Mittag;Zorblax;1 Stück;1.046,0;12,5
2026-05-01;Mittag;milk;244 g;623,4;7,7
"""
ALL = {
    "Cronometer (servings)": CRONOMETER,
    "Cronometer (daily summary)": CRONOMETER_DAYS,
    "MyFitnessPal (meals)": MYFITNESSPAL,
    "ASA24 (items)": ASA24,
    "Intake24": INTAKE24,
    "NHANES recall (day 1)": NHANES,
}
