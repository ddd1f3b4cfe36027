from django.urls import URLPattern

app_name = "charity"
urlpatterns: list[URLPattern] = []
