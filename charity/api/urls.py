from django.urls import URLPattern

app_name = "api-charity"
urlpatterns: list[URLPattern] = []
